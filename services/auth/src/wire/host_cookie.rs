//! A cookie that scripts cannot read and that a browser sends only to pages of this host.

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderValue, header};
use kreis_server::client_address::is_client_https;
use tonic::{Request, Response, metadata::MetadataMap};
use zeroize::Zeroizing;

/// The two names of a cookie.
pub(super) struct CookieNames {
    /// With the prefix `__Host-`: only a page of this host can set it (RFC 6265bis, section
    /// 4.1.3.2).
    pub(super) secure: &'static str,
    /// Without TLS, browsers accept neither the prefix nor `Secure`.
    pub(super) plain: &'static str,
}

/// A cookie of the browser that calls.
#[derive(Debug, Clone, Copy)]
pub(super) struct HostCookie {
    name: &'static str,
    is_https: bool,
}

impl HostCookie {
    /// The cookie for the client of a call.
    pub(super) fn of<T>(request: &Request<T>, names: &CookieNames) -> Self {
        let is_https = is_client_https(request);
        let name = if is_https { names.secure } else { names.plain };
        Self { name, is_https }
    }

    /// The values that the browser sent. Cookies of other sites on the same domain may have any
    /// bytes, and even the same name.
    pub(super) fn values(self, metadata: &MetadataMap) -> impl Iterator<Item = &str> {
        metadata
            .get_all(header::COOKIE.as_str())
            .iter()
            .flat_map(|value| value.as_encoded_bytes().split(|byte| *byte == b';'))
            .filter_map(|cookie| std::str::from_utf8(cookie).ok())
            .filter_map(|cookie| cookie.trim_matches([' ', '\t']).split_once('='))
            .filter(move |(name, _)| *name == self.name)
            .map(|(_, value)| value)
    }

    /// Sets the cookie, with a value in base64url.
    pub(super) fn set<M>(self, response: &mut Response<M>, value: &str, max_age: Duration) {
        let cookie = Cookie::build((self.name, value))
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
}
