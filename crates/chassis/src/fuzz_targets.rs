//! Entry points for the targets in `fuzz`.

use std::{net::Ipv4Addr, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{authenticator, config::Settings, middleware, proxies::TrustedProxies};

/// Parses all headers of a call that the server reads. Each line of the input is `name: value`.
pub fn metadata(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = parts
            .next()
            .and_then(|name| HeaderName::from_bytes(name).ok());
        let value = parts
            .next()
            .and_then(|value| HeaderValue::from_bytes(value).ok());
        if let (Some(name), Some(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let longest = Duration::from_secs(10);
    assert!(middleware::time_allowed_by(&headers, longest) <= longest);
    let _ = (
        authenticator::bearer(&headers),
        middleware::is_grpc(&headers),
    );

    let proxies = [("KREIS_TRUSTED_PROXIES".to_owned(), "127.0.0.0/8".to_owned())];
    let mut settings = Settings::from_map(proxies.into());
    let proxies = TrustedProxies::from_settings(&mut settings);
    let stranger = Ipv4Addr::new(192, 0, 2, 1).into();
    assert_eq!(proxies.origin(stranger, &headers).address, stranger);
    let _ = proxies.origin(Ipv4Addr::LOCALHOST.into(), &headers);
}
