//! Calls to a provider: bounded in time, in size, and in number.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use kreis_server::{
    error_chain::error_chain,
    metrics::{ServerMetrics, count},
};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use rustls::ClientConfig;
use tokio::sync::Semaphore;

/// Longest time of a call. Providers usually answer in a fraction of a second. A sign-in makes up to
/// four calls, and a call to kreis may take ten seconds.
const MAX_TIME: Duration = Duration::from_secs(3);
/// Largest answer. A list of keys has a few kB, an ID token with hundreds of groups a few tens of kB.
const MAX_BYTES: usize = 256 * 1024;
/// Calls to one provider that run at the same time. More are refused: each takes memory and a socket.
const MAX_CALLS: usize = 16;
/// Connections that wait for the next call.
const MAX_IDLE: usize = 4;
const IDLE_TIME: Duration = Duration::from_secs(30);

type Sender = Client<HttpsConnector<HttpConnector>, Full<bytes::Bytes>>;

/// The client of one provider. It follows no redirects.
pub(super) struct HttpClient {
    sender: Sender,
    counts: Arc<Counts>,
}

struct Counts {
    permits: Semaphore,
    ended: [AtomicU64; Outcome::ALL.len()],
}

/// How a call to a provider ended.
#[derive(Debug, Clone, Copy)]
enum Outcome {
    Answered,
    Failed,
    /// Too many calls were in progress.
    Refused,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Answered, Self::Failed, Self::Refused];

    /// The name in metrics.
    const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
}

impl Counts {
    fn add(&self, outcome: Outcome) {
        self.ended[outcome as usize].fetch_add(1, Ordering::Relaxed);
    }
}

/// Why a provider did not answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("{MAX_CALLS} calls to the provider are in progress")]
    TooMany,
    #[error("the provider cannot be reached: {0}")]
    Unreachable(String),
    #[error("the provider did not answer within {} s", MAX_TIME.as_secs())]
    TimedOut,
    #[error("the answer has more than {MAX_BYTES} bytes")]
    TooLarge,
}

impl HttpClient {
    pub(super) fn new(tls: ClientConfig) -> Self {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        let sender = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(MAX_IDLE)
            .pool_idle_timeout(IDLE_TIME)
            .build(connector);
        Self {
            sender,
            counts: Arc::new(Counts {
                permits: Semaphore::new(MAX_CALLS),
                ended: Default::default(),
            }),
        }
    }

    pub(super) fn register_metrics(&self, metrics: &ServerMetrics, provider: &'static str) {
        let counts = Arc::clone(&self.counts);
        metrics.gauge(
            "kreis_provider_calls_in_progress",
            "Calls to a provider for single sign-on that are in progress",
            &[("provider", provider)],
            move || count((MAX_CALLS - counts.permits.available_permits()) as u64),
        );
        for outcome in Outcome::ALL {
            let counts = Arc::clone(&self.counts);
            metrics.counter(
                "kreis_provider_calls",
                "Calls to a provider for single sign-on: answered, failed, and refused because too \
                 many were in progress",
                &[("provider", provider), ("outcome", outcome.name())],
                move || count(counts.ended[outcome as usize].load(Ordering::Relaxed)),
            );
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let Ok(_permit) = self.counts.permits.try_acquire() else {
            self.counts.add(Outcome::Refused);
            return Err(HttpError::TooMany);
        };
        let answer = tokio::time::timeout(MAX_TIME, self.exchange(request)).await;
        let answer = answer.unwrap_or(Err(HttpError::TimedOut));
        self.counts.add(match answer {
            Ok(_) => Outcome::Answered,
            Err(_) => Outcome::Failed,
        });
        answer
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = request.map(|body| Full::new(body.into()));
        let unreachable = |error: &(dyn std::error::Error + 'static)| {
            let cause = error_chain(error).last().map(ToString::to_string);
            HttpError::Unreachable(cause.unwrap_or_default())
        };
        let response = self.sender.request(request).await;
        let response = response.map_err(|error| unreachable(&error))?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_BYTES).collect().await;
        let body = body.map_err(|error| {
            if error.is::<LengthLimitError>() {
                HttpError::TooLarge
            } else {
                unreachable(&*error)
            }
        })?;
        Ok(HttpResponse::from_parts(head, body.to_bytes().into()))
    }
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
