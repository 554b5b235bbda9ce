//! The public API as a signed-in gatekeeper: every call with a deadline, made
//! once more when the server was not to be reached, and with a new sign-in when
//! the token has run out.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use kreis_proto::auth::v1::{LoginRequest, LogoutRequest, auth_service_client::AuthServiceClient};
use tokio::sync::Mutex;
use tonic::{
    Code, Request, Response, Status,
    metadata::AsciiMetadataValue,
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt;

use super::ImportFault;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
const USUAL_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A server that is too busy says when to come back; an import can wait.
const MOST_REPEATS_WHEN_BUSY: u32 = 20;

/// Who signs in, and with what.
pub(super) struct Credentials {
    pub(super) email: String,
    pub(super) password: String,
}

/// Never shows the password.
impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials")
    }
}

/// A session. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Client {
    channel: Channel,
    credentials: Arc<Credentials>,
    token: Arc<Mutex<AsciiMetadataValue>>,
}

impl Client {
    /// Connects and signs in as a gatekeeper.
    pub(super) async fn sign_in(
        server: Endpoint,
        credentials: Credentials,
    ) -> Result<Self, ImportFault> {
        let channel = connected(server).await?;
        let session =
            log_in(&channel, &credentials)
                .await
                .map_err(|status| match status.code() {
                    Code::Unauthenticated => {
                        ImportFault::SignInRefused(status.message().to_owned())
                    }
                    _ => ImportFault::from(&status),
                })?;
        if !session.gatekeeper {
            return Err(ImportFault::NotGatekeeper(credentials.email));
        }
        Ok(Self {
            channel,
            credentials: Arc::new(credentials),
            token: Arc::new(Mutex::new(session.token)),
        })
    }

    /// Ends the session. Where that fails, the token ends by itself soon.
    pub(super) async fn sign_out(&self) {
        let ended = self
            .call(LogoutRequest {}, |channel, request| async move {
                AuthServiceClient::new(channel).logout(request).await
            })
            .await;
        if let Err(status) = ended {
            tracing::debug!(error.code = ?status.code(), "the session was not ended");
        }
    }

    /// Makes a call. `send` makes it once, and is made again with the same
    /// question: a write must carry a `request_id` or be harmless twice.
    pub(super) async fn call<Q, A, S, F>(&self, question: Q, send: S) -> Result<A, Status>
    where
        Q: Clone,
        S: Fn(Channel, Request<Q>) -> F,
        F: Future<Output = Result<Response<A>, Status>>,
    {
        let token = self.token.lock().await.clone();
        match repeated(&self.channel, Some(&token), &question, &send).await {
            Err(status) if status.code() == Code::Unauthenticated => {
                let token = self.renewed(&token).await?;
                repeated(&self.channel, Some(&token), &question, &send).await
            }
            outcome => outcome,
        }
    }

    /// A token that is newer than the one that was refused. Of several calls
    /// that were refused together, the first signs in for all.
    async fn renewed(&self, refused: &AsciiMetadataValue) -> Result<AsciiMetadataValue, Status> {
        let mut token = self.token.lock().await;
        if *token == *refused {
            *token = log_in(&self.channel, &self.credentials).await?.token;
        }
        Ok(token.clone())
    }
}

struct Session {
    token: AsciiMetadataValue,
    gatekeeper: bool,
}

/// The server at an address. Beyond this machine everybody on the way could
/// read the password, which has to be allowed.
pub(super) fn endpoint(server: &str, allow_plaintext: bool) -> Result<Endpoint, ImportFault> {
    let address = || ImportFault::Address(server.to_owned());
    let endpoint = Endpoint::from_shared(server.to_owned()).map_err(|_| address())?;
    if endpoint.uri().scheme_str() != Some("http") {
        return Err(address());
    }
    let host = endpoint.uri().host().ok_or_else(address)?;
    if allow_plaintext || is_this_machine(host) {
        return Ok(endpoint.connect_timeout(CONNECT_TIMEOUT));
    }
    Err(ImportFault::Plaintext(server.to_owned()))
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    loopback || host.eq_ignore_ascii_case("localhost")
}

async fn connected(server: Endpoint) -> Result<Channel, ImportFault> {
    server
        .connect()
        .await
        .map_err(|cause| ImportFault::Unreachable {
            server: server.uri().to_string(),
            cause: innermost(&cause),
        })
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

async fn log_in(channel: &Channel, credentials: &Credentials) -> Result<Session, Status> {
    let question = LoginRequest {
        email: credentials.email.clone(),
        password: credentials.password.clone(),
    };
    let answer = repeated(channel, None, &question, &|channel, request| async move {
        AuthServiceClient::new(channel).login(request).await
    })
    .await?;
    let mut token = AsciiMetadataValue::try_from(format!("Bearer {}", answer.access_token))
        .map_err(|_| Status::unknown("the server answered with a token that cannot be sent"))?;
    token.set_sensitive(true);
    Ok(Session {
        token,
        gatekeeper: answer.user.is_some_and(|user| user.gatekeeper),
    })
}

async fn repeated<Q, A, S, F>(
    channel: &Channel,
    token: Option<&AsciiMetadataValue>,
    question: &Q,
    send: &S,
) -> Result<A, Status>
where
    Q: Clone,
    S: Fn(Channel, Request<Q>) -> F,
    F: Future<Output = Result<Response<A>, Status>>,
{
    let mut repeats = 0;
    loop {
        let mut request = Request::new(question.clone());
        request.set_timeout(CALL_TIMEOUT);
        if let Some(token) = token {
            request
                .metadata_mut()
                .insert("authorization", token.clone());
        }
        let status = match send(channel.clone(), request).await {
            Ok(answer) => return Ok(answer.into_inner()),
            Err(status) => status,
        };
        let Some(pause) = worth_repeating(&status, repeats) else {
            return Err(status);
        };
        repeats += 1;
        tokio::time::sleep(pause).await;
    }
}

/// How long to wait before the same call is made again; absent where that is
/// no use.
fn worth_repeating(status: &Status, repeats: u32) -> Option<Duration> {
    let told = status
        .get_details_retry_info()
        .and_then(|info| info.retry_delay)
        .map(|delay| delay.min(LONGEST_PAUSE));
    match status.code() {
        Code::ResourceExhausted => told.filter(|_| repeats < MOST_REPEATS_WHEN_BUSY),
        Code::Unavailable => (repeats == 0).then_some(told.unwrap_or(USUAL_PAUSE)),
        // What the server has not said came from a connection that broke.
        Code::Unknown if reason(status).is_empty() => (repeats == 0).then_some(USUAL_PAUSE),
        Code::Aborted if reason(status) == "CONFLICT" => (repeats == 0).then_some(USUAL_PAUSE),
        _ => None,
    }
}

/// The reason of a refusal, as the contract lists them; empty without one.
pub(super) fn reason(status: &Status) -> String {
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default()
}

/// What varies in a refusal.
pub(super) fn metadata(status: &Status, key: &str) -> Option<String> {
    status.get_details_error_info()?.metadata.remove(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic_types::ErrorDetails;

    fn busy(code: Code) -> Status {
        let details = ErrorDetails::with_retry_info(Some(Duration::from_mins(1)));
        Status::with_error_details(code, "try again", details)
    }

    #[test]
    fn a_call_is_repeated_once_when_the_server_is_away_and_often_when_it_is_busy() {
        let away = Status::unavailable("connection refused");
        assert_eq!(worth_repeating(&away, 0), Some(USUAL_PAUSE));
        assert_eq!(worth_repeating(&away, 1), None);
        let told = busy(Code::Unavailable);
        assert_eq!(worth_repeating(&told, 0), Some(LONGEST_PAUSE));
        let overloaded = busy(Code::ResourceExhausted);
        assert_eq!(worth_repeating(&overloaded, 19), Some(LONGEST_PAUSE));
        assert_eq!(worth_repeating(&overloaded, 20), None);
    }

    #[test]
    fn a_refusal_is_not_repeated() {
        for code in [
            Code::InvalidArgument,
            Code::AlreadyExists,
            Code::PermissionDenied,
            Code::ResourceExhausted,
            Code::DeadlineExceeded,
            Code::Aborted,
        ] {
            assert_eq!(
                worth_repeating(&Status::new(code, "no"), 0),
                None,
                "{code:?}"
            );
        }
    }

    #[test]
    fn an_address_that_is_not_http_is_refused_before_anything_is_sent() {
        for server in [
            "https://kreis.example.org",
            "kreis",
            "",
            "ftp://kreis.example.org",
        ] {
            let refused = endpoint(server, true);
            assert!(matches!(refused, Err(ImportFault::Address(_))), "{server}");
        }
    }

    #[test]
    fn a_password_goes_to_another_machine_only_where_that_is_allowed() {
        for (server, here) in [
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://localhost", true),
            ("http://192.0.2.1:8080", false),
            ("http://[2001:db8::1]", false),
            ("http://localhost.example.org", false),
            ("http://127.0.0.1.example.org", false),
        ] {
            let strict = endpoint(server, false);
            let refused = matches!(strict, Err(ImportFault::Plaintext(_)));
            assert_eq!((strict.is_ok(), refused), (here, !here), "{server}");
            assert!(endpoint(server, true).is_ok(), "{server}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let credentials = Credentials {
            email: "anna@example.org".to_owned(),
            password: "correct horse".to_owned(),
        };
        assert!(!format!("{credentials:?}").contains("horse"));
    }
}
