//! Keeps the memory of the process, with its passwords, tokens and keys, off the disk when it
//! crashes.

use crate::config::Settings;

/// Reads `KREIS_CORE_DUMPS`. Unless it is on, the system writes no core dump of this process, and
/// other processes of the same user cannot read its memory.
pub fn disable(settings: &mut Settings) {
    if settings.switch("KREIS_CORE_DUMPS", false) {
        return;
    }
    // On other systems the operator limits the size of core dumps.
    #[cfg(target_os = "linux")]
    if let Err(error) = nix::sys::prctl::set_dumpable(false) {
        tracing::warn!(error.cause = %error, "a crash may write the memory of kreis to disk");
    }
}
