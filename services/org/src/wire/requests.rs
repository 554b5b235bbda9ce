//! The `request_id` of a call.

use aws_lc_rs::digest::{Context, SHA256};
use kreis_chassis::status::Violations;
use prost::Message;
use uuid::Uuid;

use crate::model::{Request, UserId};

/// The call as it can be repeated; absent without a `request_id`, or where the
/// fault of one was noted.
pub(super) fn request(
    violations: &mut Violations,
    caller: UserId,
    rpc: &str,
    message: &impl Message,
    request_id: &str,
) -> Option<Request> {
    if request_id.is_empty() {
        return None;
    }
    let id = Uuid::try_parse(request_id).map_err(|_| "must be a UUID");
    let id = violations.check("request_id", id)?;
    let mut content = Context::new(&SHA256);
    content.update(rpc.as_bytes());
    content.update(&message.encode_to_vec());
    let content = content.finish();
    Some(Request {
        caller,
        id,
        content: content.as_ref().try_into().expect("SHA-256 has 32 bytes"),
    })
}
