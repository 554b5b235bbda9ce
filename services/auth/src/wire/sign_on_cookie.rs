//! The cookie that binds a sign-in with a provider to the browser that began it.

use cookie::time::Duration;
use tonic::{Request, Response};

use super::host_cookie::{CookieNames, HostCookie};
use crate::model::{MAX_ATTEMPT, SignOnSecret};

const NAMES: CookieNames = CookieNames {
    secure: "__Host-kreis-sign-on",
    plain: "kreis-sign-on",
};

/// The secret of the browser that calls.
pub(crate) struct SignOnCookie {
    cookie: HostCookie,
    /// Absent for a browser that began no sign-in.
    pub(crate) secret: Option<SignOnSecret>,
}

impl SignOnCookie {
    /// The cookie of a call.
    pub(crate) fn of<T>(request: &Request<T>) -> Self {
        let cookie = HostCookie::of(request, &NAMES);
        let secret = cookie
            .values(request.metadata())
            .find_map(SignOnSecret::parse);
        Self { cookie, secret }
    }

    /// Lets the browser keep its secret for the time of a sign-in. Two tabs may sign in at once, so
    /// they share it.
    pub(crate) fn keep<M>(&self, response: &mut Response<M>, secret: &SignOnSecret) {
        let age = Duration::seconds(MAX_ATTEMPT.num_seconds());
        self.cookie.set(response, &secret.text(), age);
    }
}
