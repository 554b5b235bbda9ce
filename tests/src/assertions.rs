//! The outcome of a call: code and reason of an error, and the fields it names.

use tonic::{Code, Status};
use tonic_types::StatusExt;

/// The outcome of a call, for assertions.
pub trait Answered {
    /// The error; fails if the call succeeded.
    fn refused(self) -> Refused;
}

impl<T: std::fmt::Debug> Answered for Result<T, Status> {
    #[track_caller]
    fn refused(self) -> Refused {
        Refused {
            status: self.expect_err("the call should have been refused"),
        }
    }
}

/// An error.
#[derive(Debug)]
pub struct Refused {
    /// The status.
    pub status: Status,
}

impl Refused {
    /// Fails unless the error has this code and reason, a call id, a short text, and no internal
    /// details.
    #[expect(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "mostly the check is what is wanted"
    )]
    #[track_caller]
    pub fn with(self, code: Code, reason: &str) -> Self {
        let info = self.status.get_details_error_info();
        let info = info.unwrap_or_else(|| panic!("no ErrorInfo in {:?}", self.status));
        assert_eq!(
            (self.status.code(), info.reason.as_str()),
            (code, reason),
            "{:?}",
            self.status
        );
        assert!(info.metadata.contains_key("call_id"), "{info:?}");
        let text = self.status.message();
        assert!(text.len() <= 256, "{text}");
        for inside in ["select ", "insert ", "/src/", "sqlx", "::", "Error("] {
            assert!(!text.contains(inside), "{text}");
        }
        self
    }

    /// A value of the error's metadata.
    #[must_use]
    pub fn metadata(&self, key: &str) -> String {
        let info = self.status.get_details_error_info();
        info.and_then(|info| info.metadata.get(key).cloned())
            .unwrap_or_default()
    }

    /// The fields that break a rule, in order.
    #[must_use]
    pub fn fields(&self) -> Vec<String> {
        let details = self.status.get_details_bad_request();
        details
            .map(|details| {
                details
                    .field_violations
                    .into_iter()
                    .map(|found| found.field)
                    .collect()
            })
            .unwrap_or_default()
    }

    /// Whether the error says when to retry.
    #[must_use]
    pub fn says_when_to_retry(&self) -> bool {
        self.status.get_details_retry_info().is_some()
    }
}
