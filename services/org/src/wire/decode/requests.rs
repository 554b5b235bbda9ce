//! The `request_id` of a call.

use kreis_service::idempotency::sha256;
use prost::Message;

/// The digest of a call by the releases that stored no response message. It includes the
/// `request_id` as the caller wrote it.
pub(super) fn former_content(rpc: &str, message: &impl Message) -> [u8; 32] {
    sha256(&[rpc.as_bytes(), &message.encode_to_vec()])
}
