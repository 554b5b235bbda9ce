//! Entry points for the targets in `fuzz`.

use std::time::Duration;

use http::HeaderMap;

use crate::{authenticator, middleware};

/// Parses the headers of a call that every server reads.
pub fn metadata(headers: &HeaderMap) {
    let longest = Duration::from_secs(10);
    assert!(middleware::time_allowed_by(headers, longest) <= longest);
    let _ = (authenticator::bearer(headers), middleware::is_grpc(headers));
}
