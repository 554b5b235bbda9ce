//! The `request_id` of a call.

use aws_lc_rs::digest::{Context, SHA256};
use kreis_chassis::status::Violations;
use prost::Message;
use uuid::Uuid;

use crate::model::{Request, UserId};

/// The request key of a call. Absent without a `request_id`, or if the id is refused; the error is
/// then among `violations`.
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

#[cfg(test)]
mod tests {
    use super::*;
    use kreis_proto::org::v1::CreateCircleRequest;

    const ID: &str = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";

    fn content(rpc: &str, name: &str) -> [u8; 32] {
        let message = CreateCircleRequest {
            name: name.to_owned(),
            request_id: ID.to_owned(),
        };
        let mut violations = Violations::default();
        let caller = UserId::stored(1);
        request(&mut violations, caller, rpc, &message, ID)
            .unwrap()
            .content
    }

    #[test]
    fn only_the_same_call_has_the_same_content() {
        assert_eq!(content("Create", "HR"), content("Create", "HR"));
        assert_ne!(content("Create", "HR"), content("Create", "IT"));
        assert_ne!(content("Create", "HR"), content("Update", "HR"));
    }

    #[test]
    fn a_request_id_is_a_uuid_or_absent() {
        let message = CreateCircleRequest::default();
        let mut violations = Violations::default();
        let caller = UserId::stored(1);
        assert!(request(&mut violations, caller, "Create", &message, "").is_none());
        assert!(violations.is_empty());
        assert!(request(&mut violations, caller, "Create", &message, "again").is_none());
        assert!(!violations.is_empty());
    }
}
