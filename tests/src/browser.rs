//! A browser that calls by gRPC-Web and keeps the cookies of kreis.

use http::{Method, header};
use kreis_proto::auth::v1::{
    LoginRequest, LoginResponse, LogoutRequest, RefreshRequest, RefreshResponse, SessionRenewal,
};
use prost::Message;

use crate::{
    raw::{RawAnswer, RawClient, framed},
    stack::PASSWORD,
};

/// The RPC for signing in.
pub const LOGIN: &str = "/kreis.auth.v1.AuthService/Login";
/// The RPC for renewing a session.
pub const REFRESH: &str = "/kreis.auth.v1.AuthService/Refresh";
/// The RPC for signing out.
pub const LOGOUT: &str = "/kreis.auth.v1.AuthService/Logout";

/// The header that a browser adds to the calls of a page of the same origin.
const SAME_ORIGIN: (&str, &str) = ("sec-fetch-site", "same-origin");

/// A browser with the cookies of kreis.
pub struct Browser {
    /// Its connection.
    pub client: RawClient,
    /// The cookie of the session, as in the header `cookie`: name and value.
    pub cookie: Option<String>,
    /// The cookie of a browser that has signed in before.
    pub known: Option<String>,
    /// The cookie of a sign-in with a provider.
    pub sign_on: Option<String>,
    /// Headers of each request, beside the cookies.
    pub headers: Vec<(&'static str, &'static str)>,
}

impl Browser {
    /// A browser that shows a page of this server.
    #[must_use]
    pub fn on(url: String) -> Self {
        Self {
            client: RawClient::http1(url),
            cookie: None,
            known: None,
            sign_on: None,
            headers: vec![SAME_ORIGIN],
        }
    }

    /// Sends a message, and keeps the cookies of the response.
    pub async fn call(
        &mut self,
        path: &str,
        message: &impl Message,
        headers: &[(&str, &str)],
    ) -> RawAnswer {
        let mut all = vec![("content-type", "application/grpc-web+proto")];
        all.extend(&self.headers);
        all.extend(headers);
        let cookies: Vec<&str> = [&self.cookie, &self.known, &self.sign_on]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect();
        let cookies = cookies.join("; ");
        all.extend((!cookies.is_empty()).then_some(("cookie", cookies.as_str())));
        let body = framed(&message.encode_to_vec());
        let answer = self.client.send(Method::POST, path, &all, body).await;
        let answer = answer.expect("the server answers");
        for set in set_cookies(&answer) {
            let is_removed = set.iter().any(|part| part == "Max-Age=0");
            let pair = (!is_removed).then(|| set[0].clone());
            if set[0].contains("kreis-session=") {
                self.cookie = pair;
            } else if set[0].contains("kreis-sign-on=") {
                self.sign_on = pair;
            } else {
                self.known = pair;
            }
        }
        answer
    }

    /// Tries to sign in. Both cookies may change.
    pub async fn try_sign_in(
        &mut self,
        email: &str,
        password: &str,
        headers: &[(&str, &str)],
    ) -> RawAnswer {
        let login = LoginRequest {
            email: email.to_owned(),
            password: password.to_owned(),
            renewal: SessionRenewal::Cookie.into(),
        };
        self.call(LOGIN, &login, headers).await
    }

    /// Signs in.
    pub async fn sign_in(&mut self, email: &str) -> LoginResponse {
        message(&self.try_sign_in(email, PASSWORD, &[]).await)
    }

    /// Tries to renew the session.
    pub async fn refresh(&mut self) -> RawAnswer {
        self.call(REFRESH, &RefreshRequest::default(), &[]).await
    }

    /// Renews the session.
    pub async fn renewed(&mut self) -> RefreshResponse {
        message(&self.refresh().await)
    }

    /// Signs out.
    pub async fn sign_out(&mut self, access_token: &str) -> RawAnswer {
        let bearer = format!("Bearer {access_token}");
        self.call(LOGOUT, &LogoutRequest {}, &[("authorization", &bearer)])
            .await
    }
}

/// The message of a gRPC-Web response. Fails unless the call succeeded.
pub fn message<M: Message + Default>(answer: &RawAnswer) -> M {
    let (message, trailers) = answer.web_parts();
    assert!(trailers.contains("grpc-status:0"), "{answer:?}");
    M::decode(message).expect("the response has this message")
}

/// The cookies that a response sets, each with its attributes.
#[must_use]
pub fn set_cookies(answer: &RawAnswer) -> Vec<Vec<String>> {
    let all = answer.headers.get_all(header::SET_COOKIE).iter();
    all.map(|set| set.to_str().expect("a cookie is text"))
        .map(|text| text.split("; ").map(ToOwned::to_owned).collect())
        .collect()
}
