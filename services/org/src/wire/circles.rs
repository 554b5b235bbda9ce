//! Messages about circles and membership.

use std::mem::take;

use kreis_chassis::{calendar::to_timestamp, idempotency::RequestKey, page, status::Violations};
use kreis_proto::org::v1;
use tonic::Status;

use super::requests;
use crate::model::{
    Circle, CircleCursor, CircleId, CircleMember, CircleQuery, ExpectedVersion, Name, Page, UserId,
};

const LIST: &str = "kreis.org.v1.CircleService/ListCircles";
const CREATE: &str = "kreis.org.v1.CircleService/CreateCircle";

/// Checks the id of a message that has no other field to check.
pub(crate) fn id(circle_id: i64) -> Result<CircleId, Status> {
    let mut violations = Violations::default();
    let id = violations.check("circle_id", CircleId::parse(circle_id));
    violations.finish(id)
}

/// Checks the circle and the user of a membership.
pub(crate) fn membership(circle_id: i64, user_id: i64) -> Result<(CircleId, UserId), Status> {
    let mut violations = Violations::default();
    let circle = violations.check("circle_id", CircleId::parse(circle_id));
    let user = violations.check("user_id", UserId::parse(user_id));
    violations.finish(circle.zip(user))
}

pub(crate) fn query(request: &v1::ListCirclesRequest) -> Result<CircleQuery, Status> {
    let mut violations = Violations::default();
    let size = violations.check("page_size", page::page_size(request.page_size));
    let cursor = page::cursor(&request.page_token, LIST, &())
        .and_then(|cursor: Option<CircleCursor>| cursor.map(CircleCursor::validate).transpose());
    let cursor = violations.check("page_token", cursor);
    let query = size.zip(cursor).map(|(size, after)| CircleQuery {
        size,
        after: after.unwrap_or(CircleCursor::START),
    });
    violations.finish(query)
}

pub(crate) fn listed(page: Page<Circle>) -> v1::ListCirclesResponse {
    let last = page.entries.last().filter(|_| page.more);
    v1::ListCirclesResponse {
        next_page_token: last
            .map(|circle| page::token(LIST, &(), &circle.cursor()))
            .unwrap_or_default(),
        circles: page.entries.into_iter().map(v1::Circle::from).collect(),
    }
}

pub(crate) fn new_circle(
    mut message: v1::CreateCircleRequest,
) -> Result<(Name, Option<RequestKey>), Status> {
    let mut violations = Violations::default();
    let former_content = requests::former_content(CREATE, &message);
    let request_id = take(&mut message.request_id);
    let key = RequestKey::decode(&mut violations, CREATE, &request_id, &message)
        .map(|key| key.with_former_content(former_content));
    let name = violations.check("name", Name::of_circle(&message.name));
    Ok((violations.finish(name)?, key))
}

/// The response to `CreateCircle`.
pub(crate) fn created(circle: Circle) -> v1::CreateCircleResponse {
    v1::CreateCircleResponse {
        circle: Some(circle.into()),
    }
}

pub(crate) fn update(
    message: v1::UpdateCircleRequest,
) -> Result<(CircleId, Option<Name>, ExpectedVersion), Status> {
    let mut violations = Violations::default();
    let id = violations.check("circle_id", CircleId::parse(message.circle_id));
    let name = message
        .name
        .and_then(|name| violations.check("name", Name::of_circle(&name)));
    let expected = ExpectedVersion::parse(&message.etag);
    violations.finish(id.map(|id| (id, name, expected)))
}

impl From<Circle> for v1::Circle {
    fn from(circle: Circle) -> Self {
        Self {
            id: circle.id.get(),
            name: circle.name,
            members: circle.members.into_iter().map(Into::into).collect(),
            create_time: Some(to_timestamp(circle.create_time)),
            update_time: Some(to_timestamp(circle.update_time)),
            etag: circle.version.etag(),
        }
    }
}

impl From<CircleMember> for v1::CircleMember {
    fn from(member: CircleMember) -> Self {
        Self {
            user_id: member.user_id.get(),
            display_name: member.display_name,
            active: member.active,
        }
    }
}
