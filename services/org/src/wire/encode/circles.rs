//! Circles and membership as messages.

use kreis_proto::org::v1;
use kreis_server::timestamps::to_timestamp;
use kreis_service::page::Page;

use crate::model::{Circle, CircleMember};

pub(crate) fn list_circles(page: Page<Circle>) -> v1::ListCirclesResponse {
    v1::ListCirclesResponse {
        next_page_token: page.next_token(Circle::cursor),
        circles: page.items.into_iter().map(message).collect(),
    }
}

pub(crate) fn get_circle(circle: Circle) -> v1::GetCircleResponse {
    v1::GetCircleResponse {
        circle: Some(message(circle)),
    }
}

pub(crate) fn create_circle(circle: Circle) -> v1::CreateCircleResponse {
    v1::CreateCircleResponse {
        circle: Some(message(circle)),
    }
}

pub(crate) fn update_circle(circle: Circle) -> v1::UpdateCircleResponse {
    v1::UpdateCircleResponse {
        circle: Some(message(circle)),
    }
}

pub(crate) fn add_circle_member(circle: Circle) -> v1::AddCircleMemberResponse {
    v1::AddCircleMemberResponse {
        circle: Some(message(circle)),
    }
}

pub(crate) fn remove_circle_member(circle: Circle) -> v1::RemoveCircleMemberResponse {
    v1::RemoveCircleMemberResponse {
        circle: Some(message(circle)),
    }
}

pub(crate) const fn delete_circle() -> v1::DeleteCircleResponse {
    v1::DeleteCircleResponse {}
}

fn message(circle: Circle) -> v1::Circle {
    v1::Circle {
        id: circle.id.get(),
        name: circle.name,
        members: circle.members.into_iter().map(member).collect(),
        create_time: Some(to_timestamp(circle.create_time)),
        update_time: Some(to_timestamp(circle.update_time)),
        etag: circle.version.etag(),
    }
}

fn member(member: CircleMember) -> v1::CircleMember {
    v1::CircleMember {
        user_id: member.user_id.get(),
        display_name: member.display_name,
        active: member.active,
    }
}
