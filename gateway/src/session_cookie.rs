//! The cookies that let a browser in: that of its session, and that of a sign-in with a provider.
//! The RPCs that read them accept no request from a page of another origin (cross-site request
//! forgery).

use http::{HeaderMap, HeaderValue, Request, header, uri::Authority};

use crate::auth_cookies;

/// Whether a request to an RPC that reads the cookie does not come from a page of this origin. A
/// program outside a browser sends no cookie, no `origin` and no `sec-fetch-site`. A page of an
/// allowed other origin sends no cookie.
pub(crate) fn is_forged<B>(request: &Request<B>, allowed: &[HeaderValue], https: bool) -> bool {
    if !auth_cookies::lets_in(request.uri().path()) {
        return false;
    }
    let headers = request.headers();
    let has_cookie = headers.contains_key(header::COOKIE);
    let origin = headers.get(header::ORIGIN);
    if !has_cookie && origin.is_some_and(|origin| allowed.contains(origin)) {
        return false;
    }
    // Browsers send it to https and to loopback, and pages cannot change it.
    if let Some(site) = headers.get("sec-fetch-site") {
        return site != "same-origin";
    }
    origin.map_or(has_cookie, |origin| !is_own(origin, request, https))
}

/// Whether an origin is that of this server, as the client addresses it.
fn is_own<B>(origin: &HeaderValue, request: &Request<B>, https: bool) -> bool {
    let Some((scheme, authority)) = origin.to_str().ok().and_then(|text| text.split_once("://"))
    else {
        return false;
    };
    let own = request.uri().authority().map(Authority::as_str);
    let own = own.or_else(|| host(request.headers()));
    (scheme == "https" || !https) && own.is_some_and(|own| own.eq_ignore_ascii_case(authority))
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFRESH: &str = "/kreis.auth.v1.AuthService/Refresh";
    const ALLOWED: HeaderValue = HeaderValue::from_static("https://other.example.org");

    fn is_refused(headers: &[(&str, &str)], https: bool) -> bool {
        let mut request = Request::post(REFRESH);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        is_forged(&request.body(()).unwrap(), &[ALLOWED], https)
    }

    #[test]
    fn a_page_of_this_origin_may_send_the_cookie() {
        let cookie = ("cookie", "kreis-session=x");
        let host = ("host", "kreis.example.org:8443");
        let origin = ("origin", "https://kreis.example.org:8443");
        assert!(!is_refused(&[cookie, host, origin], true));
        assert!(!is_refused(
            &[cookie, ("sec-fetch-site", "same-origin")],
            true
        ));
        // A proxy may have changed the host.
        let elsewhere = ("host", "127.0.0.1:8080");
        let same_origin = ("sec-fetch-site", "same-origin");
        assert!(!is_refused(&[cookie, elsewhere, origin, same_origin], true));
    }

    #[test]
    fn every_other_page_may_not() {
        let cookie = ("cookie", "kreis-session=x");
        let host = ("host", "kreis.example.org");
        for origin in [
            "https://evil.example",
            "https://sub.kreis.example.org",
            "https://kreis.example.org:444",
            "https://other.example.org",
            "https://kreis.example.org.evil.example",
            "null",
            "",
        ] {
            assert!(
                is_refused(&[cookie, host, ("origin", origin)], true),
                "{origin}"
            );
        }
        let origin = ("origin", "http://kreis.example.org");
        assert!(is_refused(&[cookie, host, origin], true));
        assert!(!is_refused(&[cookie, host, origin], false));
        for site in ["cross-site", "same-site", "none", ""] {
            let headers = [("sec-fetch-site", site), host, cookie];
            assert!(is_refused(&headers, true), "{site}");
            assert!(is_refused(&headers[..2], true), "{site} without a cookie");
        }
        // A form or an image of an old browser.
        assert!(is_refused(&[cookie, host], true));
        assert!(is_refused(
            &[host, ("origin", "https://evil.example")],
            true
        ));
    }

    #[test]
    fn a_program_and_an_allowed_page_need_no_cookie() {
        assert!(!is_refused(&[("host", "kreis.example.org")], true));
        let headers = [
            ("origin", "https://other.example.org"),
            ("sec-fetch-site", "cross-site"),
        ];
        assert!(!is_refused(&headers, true));
    }

    #[test]
    fn other_rpcs_are_not_concerned() {
        let request = Request::post("/kreis.auth.v1.AuthService/Login")
            .header("origin", "https://evil.example")
            .header("cookie", "kreis-session=x");
        assert!(!is_forged(&request.body(()).unwrap(), &[], true));
    }
}
