//! What people do with single sign-on.

use http::{Method, StatusCode};
use kreis_proto::auth::v1::{
    BeginSignOnRequest, BeginSignOnResponse, FinishSignOnRequest, FinishSignOnResponse,
    GetSignInOptionsRequest, GetSignInOptionsResponse, SessionRenewal,
};
use serde_json::{Value, json};

use crate::{
    Actor, Stack,
    browser::{Browser, message},
    oidc_provider::{OidcProvider, SentBack},
    raw::{RawAnswer, RawClient},
    stack::StackOptions,
};

/// The RPC that begins a sign-in with a provider.
pub const BEGIN: &str = "/kreis.auth.v1.SingleSignOnService/BeginSignOn";
/// The RPC that finishes it.
pub const FINISH: &str = "/kreis.auth.v1.SingleSignOnService/FinishSignOn";
/// The name of the provider in most tests.
pub const HOUSE: &str = "house";

/// A stack with one provider, and what its settings have beside the usual.
pub async fn stack_with(provider: &OidcProvider, settings: &[(&str, &str)]) -> Stack {
    Stack::start_with(StackOptions {
        single_sign_on: OidcProvider::config(&[(HOUSE, provider)], settings),
        ..StackOptions::default()
    })
    .await
}

/// The claims of a person whose e-mail the provider has verified.
#[must_use]
pub fn person(subject: &str, email: &str) -> Value {
    json!({
        "sub": subject,
        "email": email,
        "email_verified": true,
        "given_name": "Ida",
        "family_name": "Rossi",
    })
}

impl Browser {
    /// Tries to begin a sign-in with a provider.
    pub async fn try_begin(&mut self, provider: &str) -> RawAnswer {
        let begin = BeginSignOnRequest {
            provider: provider.to_owned(),
        };
        self.call(BEGIN, &begin, &[]).await
    }

    /// Begins a sign-in with a provider. Returns the address of its page.
    pub async fn begin(&mut self, provider: &str) -> String {
        let begun: BeginSignOnResponse = message(&self.try_begin(provider).await);
        begun.authorization_url
    }

    /// Tries to finish a sign-in.
    pub async fn finish(&mut self, sent: &SentBack) -> RawAnswer {
        let finish = FinishSignOnRequest {
            state: sent.state.clone(),
            code: sent.code.clone(),
            issuer: sent.issuer.clone(),
            renewal: SessionRenewal::Cookie.into(),
        };
        self.call(FINISH, &finish, &[]).await
    }

    /// Tries to sign in with the provider called [`HOUSE`], where the person has these claims.
    pub async fn try_sign_on(&mut self, provider: &OidcProvider, person: Value) -> RawAnswer {
        let url = self.begin(HOUSE).await;
        let sent = provider.sign_in(&url, person);
        self.finish(&sent).await
    }

    /// Signs in with the provider called [`HOUSE`].
    pub async fn sign_on(
        &mut self,
        provider: &OidcProvider,
        person: Value,
    ) -> FinishSignOnResponse {
        message(&self.try_sign_on(provider, person).await)
    }

    /// How people can get in.
    pub async fn options(&mut self) -> GetSignInOptionsResponse {
        let path = "/kreis.auth.v1.AuthService/GetSignInOptions";
        message(&self.call(path, &GetSignInOptionsRequest {}, &[]).await)
    }
}

/// A new economist of a circle who signed in with the provider called [`HOUSE`] and has no password.
pub async fn signed_on_economist(stack: &Stack, provider: &OidcProvider, circle: &str) -> Actor {
    let economist = stack.economist(circle).await;
    let email = economist.me().await.expect("the user is signed in").email;
    let without = sqlx::query!(
        "update auth.accounts set password_hash = null where user_id = $1",
        economist.user_id
    );
    let without = without.execute(&stack.sql).await;
    without.expect("the superuser may");
    let mut browser = Browser::on(stack.url());
    let session = browser.sign_on(provider, person(&email, &email)).await;
    economist.with_token(session.access_token)
}

/// A provider posts a logout token. Returns the status.
pub async fn post_logout(url: &str, token: &str) -> StatusCode {
    let client = RawClient::http1(url);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("logout_token={token}");
    let answer = client.send(Method::POST, "/back-channel-logout", &form, body);
    answer.await.expect("the gateway answers").http
}
