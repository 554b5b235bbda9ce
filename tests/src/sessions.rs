//! What users do with their sessions.

use kreis_proto::auth::v1::{
    ChangePasswordRequest, ChangePasswordResponse, EndSessionRequest, ListSessionsRequest,
    LoginRequest, LoginResponse, LogoutEverywhereRequest, RefreshRequest, RefreshResponse, Session,
    SessionRenewal,
};
use tonic::Status;

use crate::Actor;

impl Actor {
    /// Begins a session that can be renewed.
    pub async fn begin_session(
        &self,
        email: &str,
        password: &str,
    ) -> Result<LoginResponse, Status> {
        let login = LoginRequest {
            email: email.to_owned(),
            password: password.to_owned(),
            renewal: SessionRenewal::Token.into(),
        };
        Ok(self.auth().login(login).await?.into_inner())
    }

    /// Renews a session.
    pub async fn refresh(&self, refresh_token: &str) -> Result<RefreshResponse, Status> {
        let refresh = RefreshRequest {
            refresh_token: refresh_token.to_owned(),
        };
        Ok(self.auth().refresh(refresh).await?.into_inner())
    }

    /// The open sessions of a user; without an id, the caller's own.
    pub async fn sessions(&self, user_id: Option<i64>) -> Result<Vec<Session>, Status> {
        let list = self.request(ListSessionsRequest { user_id });
        Ok(self.auth().list_sessions(list).await?.into_inner().sessions)
    }

    /// Ends a session.
    pub async fn end_session(&self, session_id: &str) -> Result<(), Status> {
        let end = self.request(EndSessionRequest {
            session_id: session_id.to_owned(),
        });
        self.auth().end_session(end).await.map(drop)
    }

    /// Changes the caller's password. The new session can be renewed.
    pub async fn change_password(
        &self,
        current: &str,
        new: &str,
    ) -> Result<ChangePasswordResponse, Status> {
        let change = self.request(ChangePasswordRequest {
            current_password: current.to_owned(),
            new_password: new.to_owned(),
            renewal: SessionRenewal::Token.into(),
        });
        Ok(self.auth().change_password(change).await?.into_inner())
    }

    /// Ends all sessions of the caller.
    pub async fn sign_out_everywhere(&self) -> Result<(), Status> {
        let all = self.request(LogoutEverywhereRequest {});
        self.auth().logout_everywhere(all).await.map(drop)
    }
}
