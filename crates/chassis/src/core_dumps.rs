//! What is left of a process that crashed: its memory, with passwords, tokens and keys.

use crate::config::Settings;

/// Reads `KREIS_CORE_DUMPS`, and unless it says otherwise has the system write no memory of
/// this process to disk and show it to no other process of the same user.
pub fn refuse(settings: &mut Settings) {
    if settings.switch("KREIS_CORE_DUMPS", false) {
        return;
    }
    // Elsewhere the operator sets a limit on the size of core dumps.
    #[cfg(target_os = "linux")]
    if let Err(error) = nix::sys::prctl::set_dumpable(false) {
        tracing::warn!(error.cause = %error, "a crash may write the memory of kreis to disk");
    }
}
