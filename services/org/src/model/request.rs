//! Calls that a caller may repeat and get the first one's result.

use uuid::Uuid;

use super::{OrgFault, UserId};

/// A call with a `request_id`.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Who calls: ids of different callers have nothing to do with each other.
    pub(crate) caller: UserId,
    /// The caller's key for repeating.
    pub(crate) id: Uuid,
    /// SHA-256 of what was asked.
    pub(crate) content: [u8; 32],
}

/// What is kept of the first call with a `request_id`.
#[derive(Debug)]
pub(crate) struct StoredRequest {
    pub(crate) content: Vec<u8>,
    pub(crate) result: Option<serde_json::Value>,
}

impl StoredRequest {
    /// The first call's result, if this one asks the same.
    pub(crate) fn replayed(self, request: &Request) -> Result<serde_json::Value, OrgFault> {
        if self.content != request.content {
            return Err(OrgFault::RequestIdReused);
        }
        self.result.ok_or(OrgFault::Conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_with_other_content_is_refused() {
        let request = Request {
            caller: UserId::stored(1),
            id: Uuid::nil(),
            content: [1; 32],
        };
        let stored = |content: u8| StoredRequest {
            content: vec![content; 32],
            result: Some(serde_json::json!(7)),
        };
        assert_eq!(stored(1).replayed(&request).unwrap(), serde_json::json!(7));
        assert!(matches!(
            stored(2).replayed(&request),
            Err(OrgFault::RequestIdReused)
        ));
    }
}
