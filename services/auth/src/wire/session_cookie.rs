//! The cookie with which a browser keeps the refresh token of its session. Scripts cannot read it,
//! and the gateway forwards it only to the RPCs that read it.

use chrono::{DateTime, Utc};
use cookie::time::Duration;
use tonic::{Request, Response, metadata::MetadataMap};
use zeroize::Zeroizing;

use super::host_cookie::{CookieNames, HostCookie};
use crate::model::{RefreshToken, Renewal, Session, SessionId};

const NAMES: CookieNames = CookieNames {
    secure: "__Host-kreis-session",
    plain: "kreis-session",
};

/// The cookie of the browser that calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionCookie(HostCookie);

impl SessionCookie {
    /// The cookie for the client of a call.
    pub(crate) fn of<T>(request: &Request<T>) -> Self {
        Self(HostCookie::of(request, &NAMES))
    }

    /// The refresh token that the browser sent.
    pub(crate) fn read(self, metadata: &MetadataMap) -> Option<RefreshToken> {
        self.0.values(metadata).find_map(RefreshToken::parse)
    }

    /// The response with a new or renewed session. With [`Renewal::Cookie`], the refresh token is in
    /// the cookie and not in the message.
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

    /// Removes the cookie from the browser if the cookie belongs to this session. Another person may
    /// have signed in with the same browser in the meantime.
    pub(crate) fn remove<M>(
        self,
        response: &mut Response<M>,
        shown: Option<&RefreshToken>,
        session: &str,
    ) {
        let is_own = |token: &RefreshToken| Some(token.session()) == SessionId::parse(session);
        if shown.is_some_and(is_own) {
            self.0.set(response, "", Duration::ZERO);
        }
    }

    fn set<M>(self, response: &mut Response<M>, token: &RefreshToken, expire_time: DateTime<Utc>) {
        let text = Zeroizing::new(token.text());
        let seconds = (expire_time - Utc::now()).num_seconds().max(0);
        self.0.set(response, &text, Duration::seconds(seconds));
    }
}
