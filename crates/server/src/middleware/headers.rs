//! Headers of calls and responses.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Id of one call, in logs, errors and the response.
pub const CALL_ID: HeaderName = HeaderName::from_static("kreis-call-id");
/// Number of the revocation that a call caused, in auth's list.
pub const REVOCATION_SEQ: HeaderName = HeaderName::from_static(REVOCATION_SEQ_NAME);
const REVOCATION_SEQ_NAME: &str = "kreis-revocation-seq";

/// Adds the number of the revocation that the call caused. The gateway holds the response back until
/// its revocation replica has this entry.
#[must_use]
pub fn with_revocation_seq<T>(mut response: tonic::Response<T>, seq: i64) -> tonic::Response<T> {
    response
        .metadata_mut()
        .insert(REVOCATION_SEQ_NAME, seq.into());
    response
}

/// Whether a call is gRPC: `application/grpc`, alone or with a suffix or parameters.
#[must_use]
pub fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type
        .and_then(|value| value.strip_prefix(b"application/grpc"))
        .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
}
