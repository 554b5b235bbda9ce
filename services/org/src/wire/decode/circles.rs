//! Requests about circles and membership.

use std::mem::take;

use kreis_proto::org::v1;
use kreis_server::status::Violations;
use kreis_service::{idempotency::RequestKey, page::PageRequest};
use tonic::Status;

use super::requests;
use crate::model::{
    CircleId, CreateCircle, DeleteCircle, ExpectedVersion, ListCircles, Membership, Name,
    UpdateCircle, UserId,
};

const CREATE: &str = "kreis.org.v1.CircleService/CreateCircle";

/// The id of a message that has no other field to check.
fn circle_id(number: i64) -> Result<CircleId, Status> {
    let mut violations = Violations::default();
    let id = violations.check("circle_id", CircleId::parse(number));
    violations.finish(id)
}

pub(crate) fn get_circle(message: v1::GetCircleRequest) -> Result<CircleId, Status> {
    circle_id(message.circle_id)
}

pub(crate) fn list_circles(mut message: v1::ListCirclesRequest) -> Result<ListCircles, Status> {
    let mut violations = Violations::default();
    let page_size = take(&mut message.page_size);
    let page_token = take(&mut message.page_token);
    let page = PageRequest::decode(
        &mut violations,
        "kreis.org.v1.CircleService/ListCircles",
        page_size,
        &page_token,
        &message,
    );
    violations.finish(page.map(|page| ListCircles { page }))
}

pub(crate) fn create_circle(mut message: v1::CreateCircleRequest) -> Result<CreateCircle, Status> {
    let mut violations = Violations::default();
    let former_content = requests::former_content(CREATE, &message);
    let request_id = take(&mut message.request_id);
    let key = RequestKey::decode(&mut violations, CREATE, &request_id, &message)
        .map(|key| key.with_former_content(former_content));
    let name = violations.check("name", Name::of_circle(&message.name));
    violations.finish(name.map(|name| CreateCircle { name, key }))
}

pub(crate) fn update_circle(message: v1::UpdateCircleRequest) -> Result<UpdateCircle, Status> {
    let mut violations = Violations::default();
    let id = violations.check("circle_id", CircleId::parse(message.circle_id));
    let name = message
        .name
        .and_then(|name| violations.check("name", Name::of_circle(&name)));
    let expected = ExpectedVersion::parse(&message.etag);
    violations.finish(id.map(|id| UpdateCircle { id, name, expected }))
}

pub(crate) fn delete_circle(message: &v1::DeleteCircleRequest) -> Result<DeleteCircle, Status> {
    Ok(DeleteCircle {
        id: circle_id(message.circle_id)?,
        expected: ExpectedVersion::parse(&message.etag),
    })
}

pub(crate) fn add_circle_member(
    message: &v1::AddCircleMemberRequest,
) -> Result<Membership, Status> {
    membership(message.circle_id, message.user_id)
}

pub(crate) fn remove_circle_member(
    message: &v1::RemoveCircleMemberRequest,
) -> Result<Membership, Status> {
    membership(message.circle_id, message.user_id)
}

fn membership(circle_id: i64, user_id: i64) -> Result<Membership, Status> {
    let mut violations = Violations::default();
    let circle = violations.check("circle_id", CircleId::parse(circle_id));
    let user = violations.check("user_id", UserId::parse(user_id));
    let parsed = circle.zip(user);
    violations.finish(parsed.map(|(circle, user)| Membership { circle, user }))
}
