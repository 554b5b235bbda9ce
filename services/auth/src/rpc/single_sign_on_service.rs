//! `kreis.auth.v1.SingleSignOnService`.

use kreis_proto::auth::v1::{
    BeginSignOnRequest, BeginSignOnResponse, FinishSignOnRequest, FinishSignOnResponse,
    LogoutByProviderRequest, LogoutByProviderResponse,
    single_sign_on_service_server::SingleSignOnService,
};
use kreis_server::middleware::with_revocation_seq;
use tonic::{Request, Response, Status};

use super::{Handlers, client_of};
use crate::{
    domain::{SignIn, single_sign_on},
    error::Error,
    model::{EmailKey, Renewal, SignInMethod, SignOnSecret},
    wire::{
        browser_cookie::BrowserCookie, decode, encode, session_cookie::SessionCookie,
        sign_on_cookie::SignOnCookie,
    },
};

#[tonic::async_trait]
impl SingleSignOnService for Handlers {
    async fn begin_sign_on(
        &self,
        request: Request<BeginSignOnRequest>,
    ) -> Result<Response<BeginSignOnResponse>, Status> {
        let mut cookie = SignOnCookie::of(&request);
        let secret = cookie.secret.take();
        let secret = secret.map_or_else(SignOnSecret::random, Ok);
        let secret = secret.map_err(|_| Error::NoRandomness)?;
        let url = self.providers.begin(&request.get_ref().provider, &secret);
        let mut response = Response::new(encode::single_sign_on::begin_sign_on(url.await?));
        cookie.keep(&mut response, &secret);
        Ok(response)
    }

    async fn finish_sign_on(
        &self,
        request: Request<FinishSignOnRequest>,
    ) -> Result<Response<FinishSignOnResponse>, Status> {
        let (client, cookie) = (client_of(&request), SessionCookie::of(&request));
        let browser = BrowserCookie::of(&request, &self.browser_keys);
        let secret = SignOnCookie::of(&request).secret;
        let input = decode::single_sign_on::finish_sign_on(request.into_inner())?;
        let renewal = input.renewal;
        let guess = self.guesses.token(browser.known(), client.address)?;
        let (providers, refusals) = (&self.providers, &self.refusals);
        let identified =
            single_sign_on::identify(providers, refusals, secret.as_ref(), input, &client).await;
        let identified = guess.end(identified)?;
        let sign_in = SignIn {
            method: SignInMethod::SingleSignOn,
            renewal,
            client,
        };
        let (tokens, outbox, refusals) = (
            self.tokens.clone(),
            self.outbox.clone(),
            self.refusals.clone(),
        );
        let knows = browser.accounts();
        let (session, seq) = self
            .write(async move |store| {
                let told = (&outbox, &refusals);
                single_sign_on::begin_session(&store, &tokens, told, identified, sign_in, knows)
                    .await
            })
            .await?;
        let email = EmailKey::from_email(&session.account.email);
        let mut response = cookie.respond(renewal, session, encode::finish_sign_on);
        if renewal == Renewal::Cookie {
            browser.remember(&mut response, &email);
        }
        Ok(with_seq(response, seq))
    }

    async fn logout_by_provider(
        &self,
        request: Request<LogoutByProviderRequest>,
    ) -> Result<Response<LogoutByProviderResponse>, Status> {
        let address = client_of(&request).address;
        let guess = self.guesses.token(None, address)?;
        let token = request.into_inner().logout_token;
        let logout = guess.end(self.providers.verify_logout(&token).await)?;
        let seq = self
            .write(async move |store| single_sign_on::logout(&store, &logout).await)
            .await?;
        Ok(with_seq(
            Response::new(encode::single_sign_on::logout_by_provider()),
            seq,
        ))
    }
}

fn with_seq<M>(response: Response<M>, seq: Option<i64>) -> Response<M> {
    match seq {
        Some(seq) => with_revocation_seq(response, seq),
        None => response,
    }
}
