//! The binary `kreis-auth`.

use std::process::ExitCode;

/// `docs/decisions/0014-mimalloc.md` says why.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    kreis_server::process::main(
        "kreis-auth",
        kreis_auth::AuthConfig::from_settings,
        kreis_auth::bind,
    )
    .await
}
