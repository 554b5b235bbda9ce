//! Calls with a `request_id`: the first call is carried out, a repeated call gets its response.
//!
//! A service keeps a digest of the call, and the response as the encoded message. Every later
//! release can decode it, because messages only gain fields.

use aws_lc_rs::digest::{Context, SHA256};
use kreis_database::DatabaseError;
use kreis_server::{
    id::UserId,
    status::{self, Violations},
};
use prost::{DecodeError, Message};
use tonic::Status;
use uuid::Uuid;

/// A response message that can be stored and read again.
pub trait Response: Message + Default {}

impl<M: Message + Default> Response for M {}

/// Identifies a call with a `request_id` among the calls of one caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The `request_id`.
    pub id: Uuid,
    /// SHA-256 over the RPC and the message without its `request_id`.
    pub content: [u8; 32],
    /// The digest of the same call by the releases that stored no response message.
    pub former_content: [u8; 32],
}

impl RequestKey {
    /// The key of a call whose `request_id` was taken out of the message. So the digest is the
    /// same, however the id is written. Absent without an id, or if the id is refused; the error is
    /// then among `violations`.
    pub fn decode(
        violations: &mut Violations,
        rpc: &str,
        request_id: &str,
        message: &impl Message,
    ) -> Option<Self> {
        if request_id.is_empty() {
            return None;
        }
        let id = Uuid::try_parse(request_id).map_err(|_| "must be a UUID");
        let id = violations.check("request_id", id)?;
        let content = sha256(&[rpc.as_bytes(), &[0], &message.encode_to_vec()]);
        Some(Self {
            id,
            content,
            former_content: content,
        })
    }

    /// The same key, with the digest by which a former release knows the call.
    #[must_use]
    pub const fn with_former_content(self, former_content: [u8; 32]) -> Self {
        Self {
            former_content,
            ..self
        }
    }
}

/// SHA-256 over these bytes, one after the other.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Context::new(&SHA256);
    for part in parts {
        digest.update(part);
    }
    let digest = digest.finish();
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The first call with a key, as it is stored.
#[derive(Debug, Clone)]
pub struct StoredCall {
    /// Digest of the call.
    pub content: Vec<u8>,
    /// The encoded response message. Absent if a former release stored the call.
    pub response: Option<Vec<u8>>,
    /// Id of the resource that the call changed, if a former release stored the call.
    pub former_id: Option<i64>,
}

/// The result of the first call with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstCall<M> {
    /// Its response.
    Response(M),
    /// The id of the resource that it changed. A former release stored the call without the
    /// response message, so a repeated call gets the resource as it is now.
    Former(i64),
}

/// Why a repeated call does not get the response of the first one.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The call has another content than the first call with this `request_id`.
    #[error("this request_id was used before with other content")]
    OtherContent,
    /// The stored response cannot be decoded: a bug of ours.
    #[error("a stored response cannot be decoded: {0}")]
    Undecodable(#[from] DecodeError),
    /// The first call has no stored response: a bug of ours.
    #[error("a call was stored without its response")]
    NoResponse,
    /// The first call was purged while it was read. Another try can claim its `request_id`.
    #[error("another change came first")]
    Purged,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl ReplayError {
    /// The status for the caller.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::OtherContent => status::request_id_reused(),
            Self::Undecodable(_) | Self::NoResponse => status::internal(self),
            Self::Purged => status::conflict(),
            Self::Database(error) => error.status(),
        }
    }
}

impl StoredCall {
    /// The result of this call, for a repeated call with the same content.
    pub fn replay<M: Response>(self, repeated: &RequestKey) -> Result<FirstCall<M>, ReplayError> {
        let content = match self.response {
            Some(_) => repeated.content,
            None => repeated.former_content,
        };
        if self.content != content {
            return Err(ReplayError::OtherContent);
        }
        match (self.response, self.former_id) {
            (Some(response), _) => Ok(FirstCall::Response(M::decode(response.as_slice())?)),
            (None, Some(id)) => Ok(FirstCall::Former(id)),
            (None, None) => Err(ReplayError::NoResponse),
        }
    }
}

/// A transaction of a service that stores calls.
pub trait StoresCalls: Send + Sized {
    /// Claims a `request_id`. Returns false if an earlier call of this caller has claimed it. Waits
    /// for a call that is claiming it at the same time.
    fn claim(
        &mut self,
        caller: UserId,
        key: &RequestKey,
    ) -> impl Future<Output = Result<bool, DatabaseError>> + Send;

    /// The call that has claimed a `request_id`.
    fn stored_call(
        &mut self,
        caller: UserId,
        key: &RequestKey,
    ) -> impl Future<Output = Result<Option<StoredCall>, DatabaseError>> + Send;

    /// Keeps the encoded response of a call that has claimed its `request_id`.
    fn keep_response(
        &mut self,
        caller: UserId,
        key: &RequestKey,
        response: &[u8],
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    /// Commits.
    fn commit(self) -> impl Future<Output = Result<(), DatabaseError>> + Send;
}

/// Claims the `request_id` before any other check. Returns the result of the first call if an
/// earlier call has claimed it.
pub async fn first_call<M: Response>(
    tx: &mut impl StoresCalls,
    caller: UserId,
    key: Option<&RequestKey>,
) -> Result<Option<FirstCall<M>>, ReplayError> {
    let Some(key) = key else {
        return Ok(None);
    };
    if tx.claim(caller, key).await? {
        return Ok(None);
    }
    let stored = tx.stored_call(caller, key).await?;
    stored.ok_or(ReplayError::Purged)?.replay(key).map(Some)
}

/// Keeps the response for repeated calls and commits, so that both are saved or neither is.
pub async fn keep_and_commit<M: Response>(
    mut tx: impl StoresCalls,
    caller: UserId,
    key: Option<&RequestKey>,
    response: M,
) -> Result<M, DatabaseError> {
    if let Some(key) = key {
        tx.keep_response(caller, key, &response.encode_to_vec())
            .await?;
    }
    tx.commit().await?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use kreis_proto::org::v1::{Circle, CreateCircleRequest, CreateCircleResponse};

    use super::*;

    const ID: &str = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";

    fn key(rpc: &str, name: &str, request_id: &str) -> Option<RequestKey> {
        let message = CreateCircleRequest {
            name: name.to_owned(),
            ..CreateCircleRequest::default()
        };
        let mut violations = Violations::default();
        let key = RequestKey::decode(&mut violations, rpc, request_id, &message);
        assert_eq!(
            key.is_none() && !request_id.is_empty(),
            !violations.is_empty()
        );
        key
    }

    fn response() -> CreateCircleResponse {
        CreateCircleResponse {
            circle: Some(Circle {
                id: 7,
                name: "HR".to_owned(),
                ..Circle::default()
            }),
        }
    }

    fn replay(
        stored: StoredCall,
        key: &RequestKey,
    ) -> Result<FirstCall<CreateCircleResponse>, ReplayError> {
        stored.replay(key)
    }

    #[test]
    fn only_the_same_call_has_the_same_content() {
        let content = |rpc, name| key(rpc, name, ID).unwrap().content;
        assert_eq!(content("Create", "HR"), content("Create", "HR"));
        assert_ne!(content("Create", "HR"), content("Create", "IT"));
        assert_ne!(content("Create", "HR"), content("Update", "HR"));
        let in_capitals = key("Create", "HR", &ID.to_uppercase());
        assert_eq!(in_capitals, key("Create", "HR", ID));
    }

    #[test]
    fn a_request_id_is_a_uuid_or_absent() {
        assert!(key("Create", "HR", "").is_none());
        assert!(key("Create", "HR", "again").is_none());
    }

    #[test]
    fn a_repeated_call_gets_the_response_of_the_first_if_it_is_the_same_call() {
        let first = key("Create", "HR", ID).unwrap();
        let stored = StoredCall {
            content: first.content.to_vec(),
            response: Some(response().encode_to_vec()),
            former_id: None,
        };
        let repeated = replay(stored.clone(), &first).unwrap();
        assert_eq!(repeated, FirstCall::Response(response()));
        let other = key("Create", "IT", ID).unwrap();
        let refused = replay(stored, &other);
        assert!(matches!(refused, Err(ReplayError::OtherContent)));
    }

    #[test]
    fn a_response_with_a_field_of_another_release_can_be_decoded() {
        let first = key("Create", "HR", ID).unwrap();
        // Field 1000, of the length 3.
        let unknown_field = [&[0xc2, 0x3e, 3][..], b"new"].concat();
        let stored = StoredCall {
            content: first.content.to_vec(),
            response: Some([response().encode_to_vec(), unknown_field].concat()),
            former_id: None,
        };
        let repeated = replay(stored, &first).unwrap();
        assert_eq!(repeated, FirstCall::Response(response()));
    }

    #[test]
    fn a_call_that_a_former_release_stored_is_known_by_its_former_digest() {
        let first = key("Create", "HR", ID)
            .unwrap()
            .with_former_content([7; 32]);
        let stored = |content: &[u8], former_id| StoredCall {
            content: content.to_vec(),
            response: None,
            former_id,
        };
        let repeated = replay(stored(&[7; 32], Some(3)), &first).unwrap();
        assert_eq!(repeated, FirstCall::Former(3));
        let refused = replay(stored(&first.content, Some(3)), &first);
        assert!(matches!(refused, Err(ReplayError::OtherContent)));
        let broken = replay(stored(&[7; 32], None), &first);
        assert!(matches!(broken, Err(ReplayError::NoResponse)));
    }
}
