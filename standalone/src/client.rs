//! A client of the public API, for commands that run as a gatekeeper or a service account. Every call has a deadline.
//! The client repeats a call if the server was unreachable, and signs in again if the token has
//! expired.

mod error;
mod lists;
mod options;
mod retry;

use std::sync::Arc;

use kreis_proto::auth::v1::{
    IssueTokenRequest, LoginRequest, LogoutRequest, auth_service_client::AuthServiceClient,
};
use kreis_server::tls::{ClientTls, is_unknown_issuer};
use tokio::sync::Mutex;
use tonic::{
    Code, Request, Response, Status,
    metadata::AsciiMetadataValue,
    transport::{Channel, Endpoint},
};

use options::Credentials;
use retry::call_with_retries;

pub use error::ClientError;
pub(crate) use error::{metadata, reason};
pub use options::{Secrets, SignInArgs};

/// A signed-in session. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    channel: Channel,
    credentials: Arc<Credentials>,
    token: Arc<Mutex<AsciiMetadataValue>>,
}

impl Client {
    /// Connects, and signs in as a gatekeeper or as a service account. `secrets` are the
    /// environment's.
    pub(crate) async fn sign_in(args: SignInArgs, secrets: Secrets) -> Result<Self, ClientError> {
        let (server, tls) = (args.endpoint()?, args.tls()?);
        let credentials = args.credentials(secrets).await?;
        let channel = connected(&server, &tls).await?;
        let token = log_in(&channel, &credentials).await?;
        Ok(Self {
            channel,
            credentials: Arc::new(credentials),
            token: Arc::new(Mutex::new(token)),
        })
    }

    /// Ends the session. If that fails, the token soon expires. Programs with the same key of a
    /// service account share one session, so it goes on.
    pub(crate) async fn sign_out(&self) {
        if matches!(*self.credentials, Credentials::ServiceKey(_)) {
            return;
        }
        let ended = self
            .call(LogoutRequest {}, |channel, request| async move {
                AuthServiceClient::new(channel).logout(request).await
            })
            .await;
        if let Err(status) = ended {
            tracing::debug!(error.code = ?status.code(), "the session was not ended");
        }
    }

    /// Makes a call. `send` sends it once, and is called again with the same request to repeat it.
    /// So a write must have a `request_id` or be harmless when it runs twice.
    pub(crate) async fn call<Q, A, S, F>(&self, question: Q, send: S) -> Result<A, Status>
    where
        Q: Clone,
        S: Fn(Channel, Request<Q>) -> F,
        F: Future<Output = Result<Response<A>, Status>>,
    {
        let token = self.token.lock().await.clone();
        match call_with_retries(&self.channel, Some(&token), &question, &send).await {
            Err(status) if status.code() == Code::Unauthenticated => {
                let token = self.new_token_after(&token).await?;
                call_with_retries(&self.channel, Some(&token), &question, &send).await
            }
            outcome => outcome,
        }
    }

    /// A newer token than the refused one. If several calls were refused together, the first signs
    /// in for all of them.
    async fn new_token_after(
        &self,
        refused: &AsciiMetadataValue,
    ) -> Result<AsciiMetadataValue, Status> {
        let mut token = self.token.lock().await;
        if *token == *refused {
            *token = new_token(&self.channel, &self.credentials).await?.token;
        }
        Ok(token.clone())
    }
}

struct Session {
    token: AsciiMetadataValue,
    gatekeeper: bool,
}

async fn connected(server: &Endpoint, tls: &ClientTls) -> Result<Channel, ClientError> {
    let error = |cause: tonic::transport::Error| {
        let server = server.uri().to_string();
        if is_unknown_issuer(&cause) {
            return ClientError::UnknownAuthority(server);
        }
        ClientError::Unreachable {
            server,
            cause: root_cause(&cause),
        }
    };
    tls.connect(server).await.map_err(error)
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// Signs in for the first time.
async fn log_in(
    channel: &Channel,
    credentials: &Credentials,
) -> Result<AsciiMetadataValue, ClientError> {
    let session = new_token(channel, credentials).await;
    let session = session.map_err(|status| match status.code() {
        Code::Unauthenticated => ClientError::SignInRefused(status.message().to_owned()),
        _ => ClientError::from(&status),
    })?;
    match credentials {
        Credentials::Password { email, .. } if !session.gatekeeper => {
            Err(ClientError::NotGatekeeper(email.clone()))
        }
        _ => Ok(session.token),
    }
}

async fn new_token(channel: &Channel, credentials: &Credentials) -> Result<Session, Status> {
    match credentials {
        Credentials::Password { email, password } => {
            let question = LoginRequest {
                email: email.clone(),
                password: password.to_string(),
                ..LoginRequest::default()
            };
            let send = |channel, request| async move {
                AuthServiceClient::new(channel).login(request).await
            };
            let answer = call_with_retries(channel, None, &question, &send).await?;
            Ok(Session {
                token: bearer(&answer.access_token)?,
                gatekeeper: answer.user.is_some_and(|user| user.gatekeeper),
            })
        }
        Credentials::ServiceKey(key) => {
            let question = IssueTokenRequest {
                key: key.text().to_owned(),
            };
            let send = |channel, request| async move {
                AuthServiceClient::new(channel).issue_token(request).await
            };
            let answer = call_with_retries(channel, None, &question, &send).await?;
            Ok(Session {
                token: bearer(&answer.access_token)?,
                gatekeeper: false,
            })
        }
    }
}

fn bearer(access_token: &str) -> Result<AsciiMetadataValue, Status> {
    let mut token = AsciiMetadataValue::try_from(format!("Bearer {access_token}"))
        .map_err(|_| Status::unknown("the server answered with a token that cannot be sent"))?;
    token.set_sensitive(true);
    Ok(token)
}
