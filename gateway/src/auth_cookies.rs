//! The cookies of auth: which RPC gets which, and that only auth sets any.

use http::{HeaderMap, HeaderValue, header};

/// All services of auth.
const PACKAGE: &str = "/kreis.auth.v1.";

/// Cookies that an RPC reads, over TLS and in plain text.
struct Readers {
    rpcs: &'static [&'static str],
    names: [&'static str; 2],
}

/// The refresh token of a session.
const SESSION: Readers = Readers {
    rpcs: &["AuthService/Refresh", "AuthService/Logout"],
    names: ["__Host-kreis-session", "kreis-session"],
};

/// What tells a browser that has signed in before from others, for the limits on guessing.
const BROWSER: Readers = Readers {
    rpcs: &[
        "AuthService/Login",
        "AuthService/Refresh",
        "AuthService/GetInvitation",
        "AuthService/AcceptInvitation",
        "AuthService/CompleteSetup",
        "AuthService/RequestPasswordReset",
        "SingleSignOnService/FinishSignOn",
    ],
    names: ["__Host-kreis-browser", "kreis-browser"],
};

/// What binds a sign-in with a provider to the browser that began it.
const SIGN_ON: Readers = Readers {
    rpcs: &[
        "SingleSignOnService/BeginSignOn",
        "SingleSignOnService/FinishSignOn",
    ],
    names: ["__Host-kreis-sign-on", "kreis-sign-on"],
};

/// Whether the RPC reads a cookie that lets the browser in: that of a session, or of a sign-in with a
/// provider.
pub(crate) fn lets_in(path: &str) -> bool {
    is_read_by(&SESSION, path) || is_read_by(&SIGN_ON, path)
}

/// Copies the cookies that the RPC reads, and no other.
pub(crate) fn forward(path: &str, from: &HeaderMap, to: &mut HeaderMap) {
    let names: Vec<&str> = [SESSION, BROWSER, SIGN_ON]
        .iter()
        .filter(|readers| is_read_by(readers, path))
        .flat_map(|readers| readers.names)
        .collect();
    if names.is_empty() {
        return;
    }
    // HTTP/2 may split the cookies into several headers (RFC 9113, section 8.2.3).
    let cookies = from.get_all(header::COOKIE).iter();
    for cookie in cookies.flat_map(|value| value.as_bytes().split(|byte| *byte == b';')) {
        let cookie = cookie.trim_ascii();
        let name = cookie.split(|byte| *byte == b'=').next().unwrap_or(cookie);
        if names.iter().any(|known| known.as_bytes() == name)
            && let Ok(mut value) = HeaderValue::from_bytes(cookie)
        {
            value.set_sensitive(true);
            to.append(header::COOKIE, value);
        }
    }
}

/// Removes cookies from the response of an RPC, unless it is one of auth.
pub(crate) fn allow_from_auth(path: &str, response: &mut HeaderMap) {
    if !path.starts_with(PACKAGE) {
        response.remove(header::SET_COOKIE);
    }
}

fn is_read_by(readers: &Readers, path: &str) -> bool {
    let rpc = path.strip_prefix(PACKAGE);
    rpc.is_some_and(|rpc| readers.rpcs.contains(&rpc))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFRESH: &str = "/kreis.auth.v1.AuthService/Refresh";

    #[test]
    fn each_rpc_gets_the_cookies_that_it_reads() {
        let mut sent = HeaderMap::new();
        for cookies in [
            "a=1; kreis-session=s;__Host-kreis-browser=b",
            "kreis-browser=c",
            "kreis-sign-on=d",
            "kreis",
        ] {
            sent.append(header::COOKIE, HeaderValue::from_static(cookies));
        }
        let of = |path: &str| {
            let mut forwarded = HeaderMap::new();
            forward(path, &sent, &mut forwarded);
            let values = forwarded.get_all(header::COOKIE).iter();
            values
                .map(|value| value.to_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let browser = ["__Host-kreis-browser=b", "kreis-browser=c"];
        assert_eq!(of(REFRESH), [&["kreis-session=s"], &browser[..]].concat());
        assert_eq!(of("/kreis.auth.v1.AuthService/Logout"), ["kreis-session=s"]);
        for rpc in [
            "Login",
            "GetInvitation",
            "AcceptInvitation",
            "CompleteSetup",
        ] {
            assert_eq!(of(&format!("{PACKAGE}AuthService/{rpc}")), browser, "{rpc}");
        }
        let begin = of("/kreis.auth.v1.SingleSignOnService/BeginSignOn");
        assert_eq!(begin, ["kreis-sign-on=d"]);
        let finish = of("/kreis.auth.v1.SingleSignOnService/FinishSignOn");
        assert_eq!(finish, [&browser[..], &["kreis-sign-on=d"]].concat());
        for path in [
            "/kreis.auth.v1.AuthService/ChangePassword",
            "/kreis.auth.v1.SingleSignOnService/LogoutByProvider",
            "/kreis.org.v1.UserService/GetMe",
            "/kreis.org.v1.UserService/Login",
        ] {
            assert_eq!(of(path), [""; 0], "{path}");
        }
    }

    #[test]
    fn only_auth_sets_cookies() {
        for (path, cookies) in [(REFRESH, 2), ("/kreis.org.v1.UserService/GetMe", 0)] {
            let mut headers = HeaderMap::new();
            for cookie in ["a=1", "b=2"] {
                headers.append(header::SET_COOKIE, HeaderValue::from_static(cookie));
            }
            allow_from_auth(path, &mut headers);
            assert_eq!(headers.get_all(header::SET_COOKIE).iter().count(), cookies);
        }
    }
}
