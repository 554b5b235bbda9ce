//! The cookie by which a browser is known that has signed in before. It survives signing out.

use cookie::time::Duration;
use tonic::{Request, Response};

use super::host_cookie::{CookieNames, HostCookie};
use crate::model::{BrowserId, BrowserKeys, EmailKey, KnownBrowser};

const NAMES: CookieNames = CookieNames {
    secure: "__Host-kreis-browser",
    plain: "kreis-browser",
};
/// The longest that browsers keep a cookie (RFC 6265bis, section 5.5).
const MAX_AGE: Duration = Duration::days(400);

/// The browser that calls.
pub(crate) struct BrowserCookie {
    cookie: HostCookie,
    keys: BrowserKeys,
    /// Absent for a browser that never signed in, and for other clients.
    browser: Option<KnownBrowser>,
}

impl BrowserCookie {
    /// The browser of a call.
    pub(crate) fn of<T>(request: &Request<T>, keys: &BrowserKeys) -> Self {
        let cookie = HostCookie::of(request, &NAMES);
        let mut values = cookie.values(request.metadata());
        let browser = values.find_map(|value| KnownBrowser::parse(value, keys));
        drop(values);
        Self {
            cookie,
            keys: keys.clone(),
            browser,
        }
    }

    /// The browser, if any account has signed in with it before.
    pub(crate) fn known(&self) -> Option<BrowserId> {
        self.browser.as_ref().map(KnownBrowser::id)
    }

    /// The browser, if this account has signed in with it before.
    pub(crate) fn known_to(&self, email: &EmailKey) -> Option<BrowserId> {
        let browser = self.browser.as_ref();
        browser
            .filter(|browser| browser.knows(email, &self.keys))
            .map(KnownBrowser::id)
    }

    /// Tells which accounts have signed in with the browser before.
    pub(crate) fn accounts(&self) -> impl Fn(&EmailKey) -> bool + Send + 'static {
        let (browser, keys) = (self.browser.clone(), self.keys.clone());
        move |email| {
            let browser = browser.as_ref();
            browser.is_some_and(|browser| browser.knows(email, &keys))
        }
    }

    /// Lets the browser know that this account has signed in. Without random numbers the browser
    /// stays unknown.
    pub(crate) fn remember<M>(self, response: &mut Response<M>, email: &EmailKey) {
        let Some(mut browser) = self.browser.or_else(|| KnownBrowser::random().ok()) else {
            return;
        };
        browser.add(email, &self.keys);
        if let Some(text) = browser.text(&self.keys) {
            self.cookie.set(response, &text, MAX_AGE);
        }
    }
}
