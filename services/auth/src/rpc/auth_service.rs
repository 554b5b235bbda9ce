//! `kreis.auth.v1.AuthService`.

use kreis_proto::auth::v1::{
    AcceptInvitationRequest, AcceptInvitationResponse, ChangePasswordRequest,
    ChangePasswordResponse, EndSessionRequest, EndSessionResponse, GetInvitationRequest,
    GetInvitationResponse, IssueTokenRequest, IssueTokenResponse, ListSessionsRequest,
    ListSessionsResponse, LoginRequest, LoginResponse, LogoutEverywhereRequest,
    LogoutEverywhereResponse, LogoutRequest, LogoutResponse, RefreshRequest, RefreshResponse,
    auth_service_server::AuthService,
};
use kreis_server::{
    client_address::{CLIENT_USER_AGENT, ClientAddress},
    middleware::with_revocation_seq,
    token::Caller,
};
use tonic::{Request, Response, Status};

use super::{Handlers, row_of_service_key, row_of_session};
use crate::{
    domain::{SignIn, invitations, passwords, service_keys, sessions},
    model::{AcceptInvitation, ChangePassword, Client, SignInMethod},
    wire::{decode, encode, session_cookie::SessionCookie},
};

#[tonic::async_trait]
impl AuthService for Handlers {
    async fn login(
        &self,
        request: Request<LoginRequest>,
    ) -> Result<Response<LoginResponse>, Status> {
        let (client, cookie) = (client_of(&request), SessionCookie::of(&request));
        let input = decode::login(request.into_inner())?;
        let renewal = input.renewal;
        let sign_in = SignIn {
            method: SignInMethod::Password,
            renewal,
            client,
        };
        let address = sign_in.client.address;
        let account = sessions::verify(&self.store, &self.passwords, input, address).await?;
        let tokens = self.tokens.clone();
        let session = self
            .write(async move |store| {
                sessions::begin_verified(&store, &tokens, account, sign_in).await
            })
            .await?;
        Ok(cookie.respond(renewal, session, encode::login))
    }

    async fn refresh(
        &self,
        request: Request<RefreshRequest>,
    ) -> Result<Response<RefreshResponse>, Status> {
        let (client, cookie) = (client_of(&request), SessionCookie::of(&request));
        let shown = cookie.read(request.metadata());
        let (token, renewal) = decode::refresh(request.into_inner(), shown)?;
        let tokens = self.tokens.clone();
        let session = self
            .write_on(row_of_session(&token), async move |store| {
                sessions::refresh(&store, &tokens, &token, &client).await
            })
            .await?;
        Ok(cookie.respond(renewal, session, encode::refresh))
    }

    async fn logout(
        &self,
        request: Request<LogoutRequest>,
    ) -> Result<Response<LogoutResponse>, Status> {
        let (caller, cookie) = (Caller::of(&request)?, SessionCookie::of(&request));
        let session = caller.session.clone();
        let seq = self
            .write(async move |store| sessions::logout(&store, &caller).await)
            .await?;
        let mut response = Response::new(encode::logout());
        let shown = cookie.read(request.metadata());
        cookie.remove(&mut response, shown.as_ref(), &session);
        Ok(with_revocation_seq(response, seq))
    }

    async fn logout_everywhere(
        &self,
        request: Request<LogoutEverywhereRequest>,
    ) -> Result<Response<LogoutEverywhereResponse>, Status> {
        let caller = Caller::of(&request)?;
        let seq = self
            .write(async move |store| sessions::logout_everywhere(&store, &caller).await)
            .await?;
        Ok(with_revocation_seq(
            Response::new(encode::logout_everywhere()),
            seq,
        ))
    }

    async fn list_sessions(
        &self,
        request: Request<ListSessionsRequest>,
    ) -> Result<Response<ListSessionsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let list = decode::list_sessions(request.into_inner())?;
        let sessions = sessions::list(&self.store, &caller, &list).await?;
        Ok(Response::new(encode::list_sessions(sessions)))
    }

    async fn end_session(
        &self,
        request: Request<EndSessionRequest>,
    ) -> Result<Response<EndSessionResponse>, Status> {
        let caller = Caller::of(&request)?;
        let session = decode::end_session(request.get_ref())?;
        let seq = self
            .write(async move |store| sessions::end(&store, &caller, session).await)
            .await?;
        Ok(with_revocation_seq(
            Response::new(encode::end_session()),
            seq,
        ))
    }

    async fn change_password(
        &self,
        request: Request<ChangePasswordRequest>,
    ) -> Result<Response<ChangePasswordResponse>, Status> {
        let (client, cookie) = (client_of(&request), SessionCookie::of(&request));
        let caller = Caller::of(&request)?;
        let ChangePassword {
            current,
            new,
            renewal,
        } = decode::change_password(request.into_inner())?;
        let (store, passwords) = (&self.store, &self.passwords);
        let (user, address) = (caller.user_id, client.address);
        let hash = passwords::hash(store, passwords, user, current, new, address).await?;
        let sign_in = SignIn {
            method: SignInMethod::Password,
            renewal,
            client,
        };
        let tokens = self.tokens.clone();
        let (session, seq) = self
            .write(async move |store| {
                passwords::change(&store, &tokens, &caller, &hash, sign_in).await
            })
            .await?;
        let response = cookie.respond(renewal, session, encode::change_password);
        Ok(with_revocation_seq(response, seq))
    }

    async fn get_invitation(
        &self,
        request: Request<GetInvitationRequest>,
    ) -> Result<Response<GetInvitationResponse>, Status> {
        let invitation = decode::get_invitation(request.get_ref())?;
        let invitation = invitations::get(&self.store, &invitation).await?;
        Ok(Response::new(encode::get_invitation(invitation)))
    }

    async fn accept_invitation(
        &self,
        request: Request<AcceptInvitationRequest>,
    ) -> Result<Response<AcceptInvitationResponse>, Status> {
        let (client, cookie) = (client_of(&request), SessionCookie::of(&request));
        let AcceptInvitation {
            invitation,
            password,
            renewal,
        } = decode::accept_invitation(request.into_inner())?;
        let (store, passwords) = (&self.store, &self.passwords);
        let address = client.address;
        let hash = invitations::hash(store, passwords, &invitation, password, address).await?;
        let sign_in = SignIn {
            method: SignInMethod::Invitation,
            renewal,
            client,
        };
        let tokens = self.tokens.clone();
        let (session, seq) = self
            .write(async move |store| {
                invitations::accept(&store, &tokens, &invitation, &hash, sign_in).await
            })
            .await?;
        let response = cookie.respond(renewal, session, encode::accept_invitation);
        Ok(with_revocation_seq(response, seq))
    }

    async fn issue_token(
        &self,
        request: Request<IssueTokenRequest>,
    ) -> Result<Response<IssueTokenResponse>, Status> {
        let client = client_of(&request);
        let key = decode::issue_token(request.into_inner())?;
        let tokens = self.tokens.clone();
        let issued = self
            .write_on(row_of_service_key(&key), async move |store| {
                service_keys::issue_token(&store, &tokens, &key, &client).await
            })
            .await?;
        Ok(Response::new(encode::issue_token(issued)))
    }
}

fn client_of<T>(request: &Request<T>) -> Client {
    let user_agent = request.metadata().get(CLIENT_USER_AGENT.as_str());
    let user_agent = user_agent.and_then(|text| text.to_str().ok());
    let address = ClientAddress::of(request).map(|address| address.0);
    Client::new(user_agent.unwrap_or_default(), address)
}
