//! The binary `kreis-gateway`.

use std::process::ExitCode;

/// `docs/decisions/0014-mimalloc.md` says why.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    kreis_server::process::main(
        "kreis-gateway",
        kreis_gateway::GatewayConfig::from_settings,
        async |config, metrics, shutdown| kreis_gateway::bind(&config, &metrics, shutdown).await,
    )
    .await
}
