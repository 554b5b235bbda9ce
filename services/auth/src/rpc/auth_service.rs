//! `kreis.auth.v1.AuthService`.

use kreis_proto::auth::v1::{
    AcceptInvitationRequest, AcceptInvitationResponse, ChangePasswordRequest,
    ChangePasswordResponse, CompleteSetupRequest, CompleteSetupResponse, EndSessionRequest,
    EndSessionResponse, GetInvitationRequest, GetInvitationResponse, GetSetupRequest,
    GetSetupResponse, GetSignInOptionsRequest, GetSignInOptionsResponse, IssueTokenRequest,
    IssueTokenResponse, ListSessionsRequest, ListSessionsResponse, LoginRequest, LoginResponse,
    LogoutEverywhereRequest, LogoutEverywhereResponse, LogoutRequest, LogoutResponse,
    RefreshRequest, RefreshResponse, RequestPasswordResetRequest, RequestPasswordResetResponse,
    SendInvitationRequest, SendInvitationResponse, WithdrawInvitationRequest,
    WithdrawInvitationResponse, auth_service_server::AuthService,
};
use kreis_server::{middleware::with_revocation_seq, token::Caller};
use tonic::{Request, Response, Status};

use super::{Handlers, client_of, row_of_service_key, row_of_session};
use crate::{
    domain::{
        SignIn, invitations, new_browser::SignInPlace, passwords, service_keys, sessions, setup,
    },
    error::Error,
    model::{AcceptInvitation, ChangePassword, CompleteSetup, EmailKey, Renewal, SignInMethod},
    wire::{browser_cookie::BrowserCookie, decode, encode, session_cookie::SessionCookie},
};

#[tonic::async_trait]
impl AuthService for Handlers {
    async fn login(
        &self,
        request: Request<LoginRequest>,
    ) -> Result<Response<LoginResponse>, Status> {
        let (client, cookie) = (client_of(&request), SessionCookie::of(&request));
        let browser = BrowserCookie::of(&request, &self.browser_keys);
        let input = decode::login(request.into_inner())?;
        let renewal = input.renewal;
        let sign_in = SignIn {
            method: SignInMethod::Password,
            renewal,
            client,
        };
        let (passwords, refusals) = (&self.passwords, &self.refusals);
        let client = &sign_in.client;
        let known = browser.known_to(&input.email);
        let guess = self.guesses.sign_in(&input.email, known, client.address)?;
        let verified = async {
            self.password_switch.require(&self.store).await?;
            sessions::verify(&self.store, passwords, refusals, input, client).await
        };
        let account = guess.end(verified.await)?;
        self.password_switch.admit(account.is_gatekeeper())?;
        let place = SignInPlace {
            is_known_browser: known.is_some(),
            renewal,
        };
        let (tokens, outbox) = (self.tokens.clone(), self.outbox.clone());
        let session = self
            .write(async move |store| {
                sessions::begin_verified(&store, &tokens, &outbox, account, sign_in, place).await
            })
            .await?;
        let email = EmailKey::from_email(&session.account.email);
        let mut response = cookie.respond(renewal, session, encode::login);
        if renewal == Renewal::Cookie {
            browser.remember(&mut response, &email);
        }
        Ok(response)
    }

    async fn refresh(
        &self,
        request: Request<RefreshRequest>,
    ) -> Result<Response<RefreshResponse>, Status> {
        let (client, cookie) = (client_of(&request), SessionCookie::of(&request));
        let shown = cookie.read(request.metadata());
        let browser = BrowserCookie::of(&request, &self.browser_keys).known();
        let (token, renewal) = decode::refresh(request.into_inner(), shown)?;
        let guess = self.guesses.token(browser, client.address)?;
        let (tokens, refusals) = (self.tokens.clone(), self.refusals.clone());
        let session = self
            .write_on(row_of_session(&token), async move |store| {
                guess.end(sessions::refresh(&store, &tokens, &refusals, &token, &client).await)
            })
            .await?;
        Ok(cookie.respond(renewal, session, encode::refresh))
    }

    async fn logout(
        &self,
        request: Request<LogoutRequest>,
    ) -> Result<Response<LogoutResponse>, Status> {
        let (client, cookie) = (client_of(&request), SessionCookie::of(&request));
        let caller = Caller::of(&request)?;
        let session = caller.session.clone();
        let issuer = self
            .store
            .issuer_of_session(&session)
            .await
            .map_err(Error::from)?;
        let seq = self
            .write(async move |store| sessions::logout(&store, &caller, &client).await)
            .await?;
        let url = match issuer {
            Some(issuer) => self.providers.logout_url(&issuer).await,
            None => None,
        };
        let mut response = Response::new(encode::logout(url));
        let shown = cookie.read(request.metadata());
        cookie.remove(&mut response, shown.as_ref(), &session);
        Ok(with_revocation_seq(response, seq))
    }

    async fn logout_everywhere(
        &self,
        request: Request<LogoutEverywhereRequest>,
    ) -> Result<Response<LogoutEverywhereResponse>, Status> {
        let (caller, client) = (Caller::of(&request)?, client_of(&request));
        let seq = self
            .write(async move |store| sessions::logout_everywhere(&store, &caller, &client).await)
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
        let (caller, client) = (Caller::of(&request)?, client_of(&request));
        let session = decode::end_session(request.get_ref())?;
        let seq = self
            .write(async move |store| sessions::end(&store, &caller, session, &client).await)
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
        let (store, passwords, refusals) = (&self.store, &self.passwords, &self.refusals);
        let (user, both) = (caller.user_id, (current, new));
        let guess = self.guesses.own_password(user)?;
        let hash = async {
            self.password_switch.require(store).await?;
            self.password_switch.admit(caller.gatekeeper)?;
            passwords::hash(store, passwords, refusals, user, both, &client).await
        };
        let hash = guess.end(hash.await)?;
        let sign_in = SignIn {
            method: SignInMethod::Password,
            renewal,
            client,
        };
        let (tokens, outbox) = (self.tokens.clone(), self.outbox.clone());
        let (session, seq) = self
            .write(async move |store| {
                passwords::change(&store, &tokens, &outbox, &caller, &hash, sign_in).await
            })
            .await?;
        let response = cookie.respond(renewal, session, encode::change_password);
        Ok(with_revocation_seq(response, seq))
    }

    async fn get_sign_in_options(
        &self,
        _: Request<GetSignInOptionsRequest>,
    ) -> Result<Response<GetSignInOptionsResponse>, Status> {
        let sends_mail = self.outbox.sends_mail();
        let passwords_off = self.password_switch.is_off(&self.store).await?;
        let providers = self.providers.names();
        let options = encode::get_sign_in_options(sends_mail, providers, passwords_off);
        Ok(Response::new(options))
    }

    async fn request_password_reset(
        &self,
        request: Request<RequestPasswordResetRequest>,
    ) -> Result<Response<RequestPasswordResetResponse>, Status> {
        self.outbox.require()?;
        let browser = BrowserCookie::of(&request, &self.browser_keys).known();
        let address = client_of(&request).address;
        let email = decode::request_password_reset(request.get_ref());
        self.guesses.password_reset(browser, address)?;
        self.password_switch.require(&self.store).await?;
        self.reset_requests.take(email)?;
        Ok(Response::new(encode::request_password_reset()))
    }

    async fn send_invitation(
        &self,
        request: Request<SendInvitationRequest>,
    ) -> Result<Response<SendInvitationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let user = decode::send_invitation(request.into_inner())?;
        self.outbox.require()?;
        let outbox = self.outbox.clone();
        let email = self
            .write(async move |store| invitations::send(&store, &outbox, &caller, user).await)
            .await?;
        Ok(Response::new(encode::send_invitation(email)))
    }

    async fn withdraw_invitation(
        &self,
        request: Request<WithdrawInvitationRequest>,
    ) -> Result<Response<WithdrawInvitationResponse>, Status> {
        let caller = Caller::of(&request)?;
        let user = decode::withdraw_invitation(request.into_inner())?;
        self.write(async move |store| invitations::withdraw(&store, &caller, user).await)
            .await?;
        Ok(Response::new(encode::withdraw_invitation()))
    }

    async fn get_invitation(
        &self,
        request: Request<GetInvitationRequest>,
    ) -> Result<Response<GetInvitationResponse>, Status> {
        let browser = BrowserCookie::of(&request, &self.browser_keys).known();
        let address = client_of(&request).address;
        let invitation = decode::get_invitation(request.get_ref())?;
        let guess = self.guesses.token(browser, address)?;
        let invitation = guess.end(invitations::get(&self.store, &invitation).await)?;
        Ok(Response::new(encode::get_invitation(invitation)))
    }

    async fn accept_invitation(
        &self,
        request: Request<AcceptInvitationRequest>,
    ) -> Result<Response<AcceptInvitationResponse>, Status> {
        let (client, cookie) = (client_of(&request), SessionCookie::of(&request));
        let browser = BrowserCookie::of(&request, &self.browser_keys);
        let AcceptInvitation {
            invitation,
            password,
            renewal,
        } = decode::accept_invitation(request.into_inner())?;
        let (store, passwords, refusals) = (&self.store, &self.passwords, &self.refusals);
        let guess = self.guesses.token(browser.known(), client.address)?;
        let hash = async {
            self.password_switch.require(store).await?;
            invitations::hash(store, passwords, refusals, &invitation, password, &client).await
        };
        let hash = guess.end(hash.await)?;
        let sign_in = SignIn {
            method: SignInMethod::Invitation,
            renewal,
            client,
        };
        let (tokens, outbox) = (self.tokens.clone(), self.outbox.clone());
        let switch = self.password_switch.clone();
        let (session, seq) = self
            .write(async move |store| {
                let link = (&invitation, &switch);
                invitations::accept(&store, &tokens, &outbox, link, &hash, sign_in).await
            })
            .await?;
        let email = EmailKey::from_email(&session.account.email);
        let mut response = cookie.respond(renewal, session, encode::accept_invitation);
        if renewal == Renewal::Cookie {
            browser.remember(&mut response, &email);
        }
        Ok(with_revocation_seq(response, seq))
    }

    async fn get_setup(
        &self,
        request: Request<GetSetupRequest>,
    ) -> Result<Response<GetSetupResponse>, Status> {
        let address = client_of(&request).address;
        let link = decode::get_setup(request.get_ref())?;
        let guess = self.guesses.token(None, address)?;
        let setup = guess.end(setup::get(&self.store, &link).await)?;
        Ok(Response::new(encode::get_setup(setup)))
    }

    async fn complete_setup(
        &self,
        request: Request<CompleteSetupRequest>,
    ) -> Result<Response<CompleteSetupResponse>, Status> {
        let (client, cookie) = (client_of(&request), SessionCookie::of(&request));
        let browser = BrowserCookie::of(&request, &self.browser_keys);
        let CompleteSetup {
            link,
            first,
            password,
            renewal,
        } = decode::complete_setup(request.into_inner())?;
        let (store, passwords, refusals) = (&self.store, &self.passwords, &self.refusals);
        let guess = self.guesses.token(None, client.address)?;
        let password = (password, first.known());
        let hash = setup::hash(store, passwords, refusals, &link, password, &client).await;
        let hash = guess.end(hash)?;
        let sign_in = SignIn {
            method: SignInMethod::Invitation,
            renewal,
            client,
        };
        let tokens = self.tokens.clone();
        let (session, seq) = self
            .write(async move |store| {
                setup::complete(&store, &tokens, &link, &first, &hash, sign_in).await
            })
            .await?;
        let email = EmailKey::from_email(&session.account.email);
        let mut response = cookie.respond(renewal, session, encode::complete_setup);
        if renewal == Renewal::Cookie {
            browser.remember(&mut response, &email);
        }
        Ok(with_revocation_seq(response, seq))
    }

    async fn issue_token(
        &self,
        request: Request<IssueTokenRequest>,
    ) -> Result<Response<IssueTokenResponse>, Status> {
        let client = client_of(&request);
        let key = decode::issue_token(request.into_inner())?;
        let guess = self.guesses.token(None, client.address)?;
        let (tokens, refusals) = (self.tokens.clone(), self.refusals.clone());
        let issued = self
            .write_on(row_of_service_key(&key), async move |store| {
                guess
                    .end(service_keys::issue_token(&store, &tokens, &refusals, &key, &client).await)
            })
            .await?;
        Ok(Response::new(encode::issue_token(issued)))
    }
}
