//! The service kpi as a process of its own.

use std::process::ExitCode;

use kreis_service::ServiceConfig;

/// `docs/decisions/0014-mimalloc.md` says why.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    kreis_server::process::main("kreis-kpi", ServiceConfig::from_settings, kreis_kpi::bind).await
}
