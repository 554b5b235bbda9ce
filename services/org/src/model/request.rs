//! Calls that can be repeated with a `request_id`: a repeated call gets the result of the first.

use uuid::Uuid;

use super::{Error, UserId};

/// A call with a `request_id`.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The user who calls. The same id of another caller is another request.
    pub(crate) caller: UserId,
    /// The `request_id`.
    pub(crate) id: Uuid,
    /// SHA-256 of the RPC and its message.
    pub(crate) content: [u8; 32],
}

/// The stored first call with a `request_id`.
#[derive(Debug)]
pub(crate) struct StoredRequest {
    pub(crate) content: Vec<u8>,
    pub(crate) result: Option<serde_json::Value>,
}

impl StoredRequest {
    /// The result of the first call, if this call has the same content.
    pub(crate) fn replayed(self, request: &Request) -> Result<serde_json::Value, Error> {
        if self.content != request.content {
            return Err(Error::RequestIdReused);
        }
        self.result.ok_or(Error::Conflict)
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
            Err(Error::RequestIdReused)
        ));
    }
}
