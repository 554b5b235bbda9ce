//! The status of a failed call.
//!
//! Every status that leaves a process has the call id and one `google.rpc.ErrorInfo` with a
//! documented reason. The text is a short sentence for people; its variable parts are also in the
//! metadata. An internal error has a fixed text. Its cause is logged once, where the status is
//! made.

mod violations;

use std::time::Duration;

use http::HeaderMap;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

pub use self::violations::Violations;

/// The domain of reasons that all servers share.
pub const COMMON_DOMAIN: &str = "kreis.access";

const MAX_TEXT_BYTES: usize = 256;

/// Builds the gRPC status of a refusal.
#[derive(Debug, Clone)]
pub struct StatusBuilder {
    code: Code,
    text: String,
    details: ErrorDetails,
}

impl StatusBuilder {
    /// A refusal with a reason from the `ErrorReason` enum of the domain's package, without the
    /// enum's prefix.
    #[must_use]
    pub fn new(
        code: Code,
        domain: &str,
        reason: &str,
        text: impl Into<String>,
        metadata: &[(&str, String)],
    ) -> Self {
        let mut details = ErrorDetails::new();
        let metadata: std::collections::HashMap<String, String> = metadata
            .iter()
            .map(|(key, value)| ((*key).to_owned(), truncated(value)))
            .collect();
        details.set_error_info(reason, domain, metadata);
        Self {
            code,
            text: truncated(&text.into()),
            details,
        }
    }

    /// A refusal for one of the reasons that all servers share.
    #[must_use]
    pub fn common(code: Code, reason: &str, text: &str) -> Self {
        Self::new(code, COMMON_DOMAIN, reason, text, &[])
    }

    /// Tells the client when to try again.
    #[must_use]
    pub fn retry_after(mut self, delay: Duration) -> Self {
        self.details.set_retry_info(Some(delay));
        self
    }

    /// Names the missing resource, such as `kpi` and its id.
    #[must_use]
    pub fn resource(mut self, resource_type: &str, resource_name: impl Into<String>) -> Self {
        self.details
            .set_resource_info(resource_type, resource_name.into(), "", "");
        self
    }

    /// The finished status.
    #[must_use]
    pub fn into_status(self) -> Status {
        Status::with_error_details(self.code, self.text, self.details)
    }
}

impl From<StatusBuilder> for Status {
    fn from(refusal: StatusBuilder) -> Self {
        refusal.into_status()
    }
}

/// An internal error: logs the cause and returns a status with a fixed text.
#[must_use]
pub fn internal(cause: &dyn std::fmt::Display) -> Status {
    tracing::error!(error.cause = %cause, "internal fault");
    StatusBuilder::common(
        Code::Internal,
        "INTERNAL",
        "something went wrong on our side",
    )
    .into_status()
}

/// The database cannot be reached or lacks resources.
#[must_use]
pub fn database_unavailable() -> Status {
    StatusBuilder::common(
        Code::Unavailable,
        "DATABASE_UNAVAILABLE",
        "the database cannot be reached, try again",
    )
    .retry_after(Duration::from_millis(500))
    .into_status()
}

/// The only response to a missing or invalid access token.
#[must_use]
pub fn unauthenticated() -> Status {
    StatusBuilder::common(
        Code::Unauthenticated,
        "UNAUTHENTICATED",
        "the access token is missing or not acceptable",
    )
    .into_status()
}

/// The caller is not a gatekeeper.
#[must_use]
pub fn gatekeeper_required() -> Status {
    StatusBuilder::common(
        Code::PermissionDenied,
        "GATEKEEPER_REQUIRED",
        "only a gatekeeper may do this",
    )
    .into_status()
}

/// The caller may change nothing at all.
#[must_use]
pub fn read_only() -> Status {
    StatusBuilder::common(
        Code::PermissionDenied,
        "READ_ONLY",
        "this account may only read",
    )
    .into_status()
}

/// The server has no such method.
#[must_use]
pub fn unknown_method() -> Status {
    StatusBuilder::common(
        Code::Unimplemented,
        "UNKNOWN_METHOD",
        "there is no such method",
    )
    .into_status()
}

/// The deadline has passed.
#[must_use]
pub fn deadline_exceeded() -> Status {
    StatusBuilder::common(
        Code::DeadlineExceeded,
        "DEADLINE_EXCEEDED",
        "the deadline ran out",
    )
    .into_status()
}

/// The message is larger than allowed.
#[must_use]
pub fn message_too_large(limit_bytes: usize) -> Status {
    StatusBuilder::new(
        Code::ResourceExhausted,
        COMMON_DOMAIN,
        "MESSAGE_TOO_LARGE",
        format!("the message is larger than {limit_bytes} bytes"),
        &[("limit_bytes", limit_bytes.to_string())],
    )
    .into_status()
}

/// The bytes are not the one message of a call; `text` says why.
#[must_use]
pub fn malformed_message(text: &str) -> Status {
    StatusBuilder::common(Code::InvalidArgument, "MALFORMED_MESSAGE", text).into_status()
}

/// The caller cancelled the call.
#[must_use]
pub fn cancelled() -> Status {
    StatusBuilder::common(Code::Cancelled, "CANCELLED", "the call was cancelled").into_status()
}

/// Too many calls are in progress or waiting.
#[must_use]
pub fn overloaded() -> Status {
    StatusBuilder::common(
        Code::ResourceExhausted,
        "OVERLOADED",
        "too many calls at once, try again",
    )
    .retry_after(Duration::from_secs(1))
    .into_status()
}

/// The client changed an outdated version.
#[must_use]
pub fn etag_mismatch(current: &str) -> Status {
    StatusBuilder::new(
        Code::Aborted,
        COMMON_DOMAIN,
        "ETAG_MISMATCH",
        "another call changed it meanwhile, read it again",
        &[("etag", current.to_owned())],
    )
    .into_status()
}

/// The `request_id` was used before with other content.
#[must_use]
pub fn request_id_reused() -> Status {
    StatusBuilder::common(
        Code::InvalidArgument,
        "REQUEST_ID_REUSED",
        "this request_id was used before with other content",
    )
    .into_status()
}

/// Two changes conflict.
#[must_use]
pub fn conflict() -> Status {
    StatusBuilder::common(
        Code::Aborted,
        "CONFLICT",
        "another change came first, try again",
    )
    .into_status()
}

/// The status of a failed call as it leaves the process. A status that our code did not make gets a
/// code and reason of the contract, and every status gets the call id. Absent for a successful
/// call.
#[must_use]
pub(crate) fn with_contract_details(
    headers: &HeaderMap,
    call_id: &str,
    limit_bytes: usize,
) -> Option<Status> {
    let status = Status::from_header_map(headers)?;
    if status.code() == Code::Ok {
        return None;
    }
    let known = if status.get_details_error_info().is_some() {
        status
    } else {
        from_foreign(&status, limit_bytes)
    };
    with_call_id(&known, call_id)
}

/// Adds the call id to a status. Absent if the status has no `ErrorInfo`.
pub(crate) fn with_call_id(refusal: &Status, call_id: &str) -> Option<Status> {
    let mut details = refusal.get_error_details();
    let info = details.error_info()?.clone();
    let mut metadata = info.metadata;
    metadata.insert("call_id".to_owned(), call_id.to_owned());
    details.set_error_info(info.reason, info.domain, metadata);
    Some(Status::with_error_details(
        refusal.code(),
        refusal.message(),
        details,
    ))
}

/// The status of the contract for a status that our code did not make.
fn from_foreign(foreign: &Status, limit_bytes: usize) -> Status {
    match foreign.code() {
        // tonic's responses to an oversized message and a server timeout.
        Code::OutOfRange | Code::ResourceExhausted => message_too_large(limit_bytes),
        Code::DeadlineExceeded => deadline_exceeded(),
        Code::Cancelled => cancelled(),
        Code::Unimplemented
            if foreign.message().contains("ncoding") || foreign.message().contains("compress") =>
        {
            StatusBuilder::common(
                Code::Unimplemented,
                "UNSUPPORTED_ENCODING",
                "the message is compressed in a way that is not spoken here",
            )
            .into_status()
        }
        Code::Unimplemented => unknown_method(),
        Code::NotFound => {
            StatusBuilder::common(Code::NotFound, "UNKNOWN_METHOD", "there is no such service")
                .into_status()
        }
        Code::Unavailable => service_unavailable(),
        // tonic answers INTERNAL to bytes that are not a message. No other INTERNAL of tonic
        // reaches this point, and our own internal errors have a reason already.
        Code::Internal | Code::InvalidArgument | Code::DataLoss => {
            malformed_message("the bytes are not a message of this method")
        }
        _ => internal(&format_args!("unexpected status {:?}", foreign.code())),
    }
}

/// A server behind this one cannot be reached.
#[must_use]
pub fn service_unavailable() -> Status {
    StatusBuilder::common(
        Code::Unavailable,
        "SERVICE_UNAVAILABLE",
        "a server behind this one cannot be reached, try again",
    )
    .retry_after(Duration::from_millis(500))
    .into_status()
}

fn truncated(text: &str) -> String {
    if text.len() <= MAX_TEXT_BYTES {
        return text.to_owned();
    }
    let end = (0..=MAX_TEXT_BYTES - '…'.len_utf8())
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = truncated(&"ä".repeat(300));
        assert!(text.len() <= MAX_TEXT_BYTES);
        assert!(text.ends_with('…'));
    }
}
