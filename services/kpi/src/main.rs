//! The service kpi as a process of its own.

use std::process::ExitCode;

use kreis_chassis::service::{self, ServiceConfig};

#[tokio::main]
async fn main() -> ExitCode {
    service::main("kreis-kpi", ServiceConfig::from_settings, kreis_kpi::bind).await
}
