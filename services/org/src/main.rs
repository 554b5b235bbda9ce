//! The service org as a process of its own.

use std::process::ExitCode;

use kreis_chassis::service::{self, ServiceConfig};

#[tokio::main]
async fn main() -> ExitCode {
    service::main("kreis-org", ServiceConfig::from_settings, kreis_org::bind).await
}
