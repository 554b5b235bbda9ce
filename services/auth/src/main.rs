//! The binary `kreis-auth`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    kreis_chassis::service::main(
        "kreis-auth",
        kreis_auth::AuthConfig::from_settings,
        kreis_auth::bind,
    )
    .await
}
