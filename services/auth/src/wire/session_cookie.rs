//! The cookie with which a browser keeps the refresh token of its session. Scripts cannot read it,
//! and the gateway forwards it only to the RPCs that read it.

use chrono::{DateTime, Utc};
use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderValue, header};
use kreis_server::client_address::is_client_https;
use tonic::{Request, Response, metadata::MetadataMap};
use zeroize::Zeroizing;

use crate::model::{RefreshToken, Renewal, Session, SessionId};

/// Only a page of this host can set a cookie with this prefix (RFC 6265bis, section 4.1.3.2).
const SECURE_NAME: &str = "__Host-kreis-session";
/// Without TLS, browsers accept neither the prefix nor `Secure`.
const PLAIN_NAME: &str = "kreis-session";

/// The cookie of the browser that calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionCookie {
    is_https: bool,
}

impl SessionCookie {
    /// The cookie for the client of a call.
    pub(crate) fn of<T>(request: &Request<T>) -> Self {
        Self {
            is_https: is_client_https(request),
        }
    }

    /// The refresh token that the browser sent. Cookies of other sites on the same domain may have
    /// any bytes, and even the same name.
    pub(crate) fn read(self, metadata: &MetadataMap) -> Option<RefreshToken> {
        metadata
            .get_all(header::COOKIE.as_str())
            .iter()
            .flat_map(|value| value.as_encoded_bytes().split(|byte| *byte == b';'))
            .filter_map(|cookie| std::str::from_utf8(cookie).ok())
            .filter_map(|cookie| cookie.trim_matches([' ', '\t']).split_once('='))
            .filter(|(name, _)| *name == self.name())
            .find_map(|(_, value)| RefreshToken::parse(value))
    }

    /// A response with a session. With [`Renewal::Cookie`], the refresh token goes into the cookie
    /// and not into the message.
    pub(crate) fn respond<M>(
        self,
        renewal: Renewal,
        mut session: Session,
        encode: impl FnOnce(Session) -> M,
    ) -> Response<M> {
        let expire_time = session.ends_unless_renewed;
        let token = (renewal == Renewal::Cookie).then(|| session.refresh_token.take());
        let mut response = Response::new(encode(session));
        if let Some(token) = token.flatten() {
            self.set(&mut response, &token, expire_time);
        }
        response
    }

    /// Removes the cookie from the browser, if it is that of this session. Another person may have
    /// signed in with the same browser since.
    pub(crate) fn remove<M>(
        self,
        response: &mut Response<M>,
        shown: Option<&RefreshToken>,
        session: &str,
    ) {
        let is_own = |token: &RefreshToken| Some(token.session()) == SessionId::parse(session);
        if shown.is_some_and(is_own) {
            self.add(response, "", Duration::ZERO);
        }
    }

    fn set<M>(self, response: &mut Response<M>, token: &RefreshToken, expire_time: DateTime<Utc>) {
        let text = Zeroizing::new(token.text());
        let seconds = (expire_time - Utc::now()).num_seconds().max(0);
        self.add(response, &text, Duration::seconds(seconds));
    }

    fn add<M>(self, response: &mut Response<M>, value: &str, max_age: Duration) {
        let cookie = Cookie::build((self.name(), value))
            .path("/")
            .http_only(true)
            .secure(self.is_https)
            .same_site(SameSite::Strict)
            .max_age(max_age);
        let header = Zeroizing::new(cookie.to_string());
        // A name and a value in base64url make a valid header.
        if let Ok(mut header_value) = HeaderValue::from_str(&header) {
            header_value.set_sensitive(true);
            let headers = response.metadata_mut().as_mut();
            headers.append(header::SET_COOKIE, header_value);
        }
    }

    const fn name(self) -> &'static str {
        if self.is_https {
            SECURE_NAME
        } else {
            PLAIN_NAME
        }
    }
}
