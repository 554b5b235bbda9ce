//! Headers that the gateway adds to its answers, for browsers and what stands in between.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Everything comes from here, scripts only as files. Styles may stand inline:
/// docs/decisions/0008 says why.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// What the web client never asks a browser for.
const PERMISSIONS_POLICY: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
);

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Kept, but asked about each time.
const ASK_ALWAYS: HeaderValue = HeaderValue::from_static("no-cache");

/// Over TLS alone, for a year (RFC 6797). Other names of the domain are not ours.
const STRICT_TRANSPORT_SECURITY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Headers of every answer; `https` where the client is known to speak TLS.
pub(crate) fn of_any(headers: &mut HeaderMap, https: bool) {
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
    }
}

/// Headers of an answer to a call: nobody keeps what is in it.
pub(crate) fn of_call(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
}

/// Headers of a file of the web client, which never changes where it is kept for ever.
pub(crate) fn of_file(headers: &mut HeaderMap, forever: bool) {
    let keep = if forever { FOR_EVER } else { ASK_ALWAYS };
    let same_origin = HeaderValue::from_static("same-origin");
    for (name, value) in [
        (header::CACHE_CONTROL, keep),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            same_origin.clone(),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            same_origin,
        ),
        (
            HeaderName::from_static("permissions-policy"),
            PERMISSIONS_POLICY,
        ),
    ] {
        headers.insert(name, value);
    }
}
