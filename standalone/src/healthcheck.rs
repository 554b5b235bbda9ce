//! Asks a server of kreis whether it serves.

use std::time::Duration;

use kreis_server::tls::{ClientTls, lazy_channel};
use tonic::transport::Endpoint;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

const CALL_TIMEOUT: Duration = Duration::from_secs(2);
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// Why a server counts as unhealthy.
#[derive(Debug, thiserror::Error)]
pub enum HealthCheckError {
    /// The address is not a URL.
    #[error("`{0}` is not a URL such as http://127.0.0.1:8080")]
    Address(String),
    /// The server does not answer.
    #[error("{0} does not answer: {1}")]
    Silent(String, String),
    /// The server answers that it does not serve.
    #[error("{0} answers, but does not serve at the moment")]
    NotServing(String),
}

/// Asks once.
pub async fn check(url: &str, tls: Option<&ClientTls>) -> Result<(), HealthCheckError> {
    let endpoint = Endpoint::from_shared(url.to_owned())
        .map_err(|_| HealthCheckError::Address(url.to_owned()))?;
    let silent = |cause: String| HealthCheckError::Silent(url.to_owned(), cause);
    let endpoint = endpoint.connect_timeout(CALL_TIMEOUT).timeout(CALL_TIMEOUT);
    let channel = lazy_channel(&endpoint, tls);
    let request = HealthCheckRequest {
        service: String::new(),
    };
    let answer = HealthClient::new(channel)
        .check(request)
        .await
        .map_err(|status| silent(status.message().to_owned()))?;
    if answer.into_inner().status() != ServingStatus::Serving {
        return Err(HealthCheckError::NotServing(url.to_owned()));
    }
    Ok(())
}

/// Asks until the server serves, for at most `max_wait`.
pub async fn wait(
    url: &str,
    tls: Option<&ClientTls>,
    max_wait: Duration,
) -> Result<(), HealthCheckError> {
    let asked = tokio::time::Instant::now();
    loop {
        match check(url, tls).await {
            Err(_) if asked.elapsed() < max_wait => tokio::time::sleep(CHECK_INTERVAL).await,
            outcome => return outcome,
        }
    }
}
