//! What users do with their sessions.

use kreis_proto::auth::v1::{
    ChangePasswordRequest, ChangePasswordResponse, ConfirmNoticesRequest, EndSessionRequest,
    ListNoticesRequest, ListSessionsRequest, ListSignInsRequest, ListSignInsResponse, LoginRequest,
    LoginResponse, LogoutEverywhereRequest, RefreshRequest, RefreshResponse, Session,
    SessionRenewal, SignIn,
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

    /// A page of the log of sign-ins.
    pub async fn sign_ins(&self, list: ListSignInsRequest) -> Result<ListSignInsResponse, Status> {
        let list = self.request(list);
        Ok(self.sign_in_log().list_sign_ins(list).await?.into_inner())
    }

    /// What the caller has not confirmed to have read.
    pub async fn notices(&self) -> Result<Vec<SignIn>, Status> {
        let list = self.request(ListNoticesRequest {});
        let response = self.sign_in_log().list_notices(list).await?;
        Ok(response.into_inner().notices)
    }

    /// Confirms that the caller has read these notices.
    pub async fn confirm_notices(&self, ids: Vec<i64>) -> Result<(), Status> {
        let confirm = self.request(ConfirmNoticesRequest { ids });
        self.sign_in_log().confirm_notices(confirm).await.map(drop)
    }
}
