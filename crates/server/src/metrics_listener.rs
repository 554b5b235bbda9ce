//! The endpoint that Prometheus scrapes.

use std::{convert::Infallible, time::Duration};

use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tokio_util::sync::CancellationToken;

use crate::{
    client_limits::{ClientLimiter, ClientLimits},
    config::Settings,
    connections::{self as server, ConnectionLimits, ConnectionTimeouts, ListenConfig, Listener},
    metrics::Metrics,
    tls::metrics_tls,
};

/// Limits of its clients.
const CLIENT_LIMITS: ClientLimits = ClientLimits::of_connections(20, 10);
/// Limits of a connection.
const CONNECTION_LIMITS: ConnectionLimits = ConnectionLimits {
    http1: true,
    streams: 20,
    max_resets: Some(20),
    timeouts: Some(ConnectionTimeouts {
        stall: Duration::from_secs(10),
        idle: Duration::from_mins(3),
        age: Duration::from_hours(1),
    }),
};
/// Media type of the response (`OpenMetrics` 1.0, section "Protocol Negotiation").
const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// The address that Prometheus scrapes, if one is set.
#[derive(Clone, Default)]
pub struct MetricsListener {
    listen: Option<ListenConfig>,
}

impl MetricsListener {
    /// Reads `KREIS_METRICS_LISTEN`. Without it there is no metrics endpoint.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let name = "KREIS_METRICS_LISTEN";
        let given = settings.text(name).is_some();
        let tls = metrics_tls(settings);
        let advice = "set KREIS_ALLOW_PLAINTEXT=1 where the network is trusted";
        let default = ([127, 0, 0, 1], 0).into();
        let listen = ListenConfig::from_settings(settings, name, default, tls, advice);
        Self {
            listen: given.then_some(listen),
        }
    }

    /// Listens, and serves the metrics in a task of its own until shutdown.
    pub async fn open(self, metrics: &Metrics, shutdown: CancellationToken) -> std::io::Result<()> {
        let Some(listen) = self.listen else {
            return Ok(());
        };
        let (listener, address) = listen.bind().await?;
        tracing::info!(metrics.address = %address, "Prometheus can ask");
        tokio::spawn(serve(metrics.clone(), listener, shutdown));
        Ok(())
    }
}

/// Answers `GET /metrics` until shutdown.
async fn serve(metrics: Metrics, listener: Listener, shutdown: CancellationToken) {
    let service = tower::service_fn(move |request: Request<_>| {
        let response = answer(&metrics, &request);
        async move { Ok::<_, Infallible>(response) }
    });
    let client_limiter = ClientLimiter::new(CLIENT_LIMITS);
    server::serve(
        listener,
        service,
        CONNECTION_LIMITS,
        client_limiter,
        shutdown,
    )
    .await;
}

fn answer<B>(metrics: &Metrics, request: &Request<B>) -> Response<String> {
    let mut response = Response::default();
    if request.uri().path() != "/metrics" {
        *response.status_mut() = StatusCode::NOT_FOUND;
    } else if request.method() != Method::GET {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    } else {
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, OPEN_METRICS);
        *response.body_mut() = metrics.text();
    }
    response
}
