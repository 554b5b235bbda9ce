//! The time limit of a call.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

pub(super) const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// The time limit of a call: the remaining time that the caller gives (gRPC over HTTP/2,
/// `grpc-timeout`), at most `longest`, the server's own limit. An unreadable header counts as absent.
pub(super) fn call_timeout(headers: &HeaderMap, longest: Duration) -> Duration {
    let asked = headers
        .get(TIMEOUT)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| {
            let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
            let amount: u64 = (digits.len() <= 8).then(|| digits.parse().ok()).flatten()?;
            match unit {
                "H" => Some(Duration::from_secs(amount * 3600)),
                "M" => Some(Duration::from_secs(amount * 60)),
                "S" => Some(Duration::from_secs(amount)),
                "m" => Some(Duration::from_millis(amount)),
                "u" => Some(Duration::from_micros(amount)),
                "n" => Some(Duration::from_nanos(amount)),
                _ => None,
            }
        });
    asked.map_or(longest, |asked| asked.min(longest))
}

/// A time limit as a header for the next server, in milliseconds.
pub(super) fn timeout_header(time: Duration) -> HeaderValue {
    let millis = time.as_millis().clamp(1, 99_999_999);
    HeaderValue::from_str(&format!("{millis}m")).expect("digits and a letter are a header value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_read_in_every_unit_and_never_exceeds_the_servers() {
        let longest = Duration::from_secs(30);
        for (text, expected) in [
            ("100m", Duration::from_millis(100)),
            ("2S", Duration::from_secs(2)),
            ("1H", longest),
            ("7u", Duration::from_micros(7)),
            ("7n", Duration::from_nanos(7)),
            ("soon", longest),
            ("", longest),
            ("123456789S", longest),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(TIMEOUT, HeaderValue::from_static(text));
            assert_eq!(call_timeout(&headers, longest), expected, "{text}");
        }
    }
}
