//! Messages about users.

use std::mem::take;

use chrono::{Datelike, NaiveDate};
use kreis_chassis::{calendar::to_timestamp, idempotency::RequestKey, page, status::Violations};
use kreis_proto::org::v1;
use tonic::Status;

use super::requests;
use crate::model::{
    Email, ExpectedVersion, Invitation, Name, NewUser, Organisation, Page, Person, User,
    UserCircle, UserCursor, UserFields, UserId, UserQuery, UserState, UserUpdate,
};

const LIST: &str = "kreis.org.v1.UserService/ListUsers";
const CREATE: &str = "kreis.org.v1.UserService/CreateUser";

/// Checks the id of a message that has no other field to check.
pub(crate) fn id(user_id: i64) -> Result<UserId, Status> {
    let mut violations = Violations::default();
    let id = violations.check("user_id", UserId::parse(user_id));
    violations.finish(id)
}

pub(crate) fn query(request: &v1::ListUsersRequest) -> Result<UserQuery, Status> {
    let mut violations = Violations::default();
    let size = violations.check("page_size", page::page_size(request.page_size));
    let cursor = page::cursor(&request.page_token, LIST, &request.active)
        .and_then(|cursor: Option<UserCursor>| cursor.map(UserCursor::validate).transpose());
    let cursor = violations.check("page_token", cursor);
    let query = size.zip(cursor).map(|(size, after)| UserQuery {
        size,
        after: after.unwrap_or(UserCursor::START),
        active: request.active,
    });
    violations.finish(query)
}

pub(crate) fn listed(page: Page<User>, active: Option<bool>) -> v1::ListUsersResponse {
    let last = page.entries.last().filter(|_| page.more);
    v1::ListUsersResponse {
        next_page_token: last
            .map(|user| page::token(LIST, &active, &user.cursor()))
            .unwrap_or_default(),
        users: page.entries.into_iter().map(v1::User::from).collect(),
    }
}

pub(crate) fn new_user(
    mut message: v1::CreateUserRequest,
) -> Result<(NewUser, Option<RequestKey>), Status> {
    let mut violations = Violations::default();
    let former_content = requests::former_content(CREATE, &message);
    let request_id = take(&mut message.request_id);
    let key = RequestKey::decode(&mut violations, CREATE, &request_id, &message)
        .map(|key| key.with_former_content(former_content));
    let user_fields = UserFields {
        first_name: message.first_name,
        last_name: message.last_name,
        display_name: message.display_name,
        email: message.email,
        gatekeeper: message.gatekeeper,
    };
    let new = NewUser::parse(&user_fields)
        .map_err(|errors| {
            for error in errors {
                violations.add(error.field, error.rule);
            }
        })
        .ok();
    Ok((violations.finish(new)?, key))
}

/// The response to `CreateUser`.
pub(crate) fn created(user: User) -> v1::CreateUserResponse {
    v1::CreateUserResponse {
        user: Some(user.into()),
    }
}

pub(crate) fn update(
    message: v1::UpdateUserRequest,
) -> Result<(UserId, UserUpdate, ExpectedVersion), Status> {
    let mut violations = Violations::default();
    let id = violations.check("user_id", UserId::parse(message.user_id));
    let mut name = |field: &str, text: Option<String>| {
        text.and_then(|text| violations.check(field, Name::of_person(&text)))
    };
    let first_name = name("first_name", message.first_name);
    let last_name = name("last_name", message.last_name);
    let display_name = name("display_name", message.display_name);
    let email = message
        .email
        .and_then(|email| violations.check("email", Email::parse(&email)));
    let update = UserUpdate {
        first_name,
        last_name,
        display_name,
        email,
        gatekeeper: message.gatekeeper,
    };
    let expected = ExpectedVersion::parse(&message.etag);
    violations.finish(id.map(|id| (id, update, expected)))
}

pub(crate) fn me((user, organisation): (User, Organisation)) -> v1::GetMeResponse {
    v1::GetMeResponse {
        user: Some(user.into()),
        organisation: Some(v1::Organisation {
            today: Some(date(organisation.today())),
            time_zone: organisation.zone.name().to_owned(),
            name: organisation.name,
        }),
    }
}

pub(crate) fn invited(invitation: Invitation) -> v1::InviteUserResponse {
    v1::InviteUserResponse {
        invitation_token: invitation.token,
        expire_time: Some(to_timestamp(invitation.expire_time)),
    }
}

impl From<User> for v1::User {
    fn from(user: User) -> Self {
        let state = match user.state() {
            UserState::Invited => v1::UserState::Invited,
            UserState::Active => v1::UserState::Active,
            UserState::Inactive => v1::UserState::Inactive,
        };
        Self {
            id: user.id.get(),
            first_name: user.first_name,
            last_name: user.last_name,
            display_name: user.display_name,
            email: user.email,
            state: state.into(),
            gatekeeper: user.gatekeeper,
            circles: user.circles.into_iter().map(Into::into).collect(),
            create_time: Some(to_timestamp(user.create_time)),
            update_time: Some(to_timestamp(user.update_time)),
            etag: user.version.etag(),
        }
    }
}

impl From<UserCircle> for v1::UserCircle {
    fn from(circle: UserCircle) -> Self {
        Self {
            circle_id: circle.circle_id.get(),
            name: circle.name,
        }
    }
}

impl From<Person> for v1::Person {
    fn from(person: Person) -> Self {
        Self {
            user_id: person.user_id.get(),
            display_name: person.display_name,
        }
    }
}

fn date(day: NaiveDate) -> v1::Date {
    let small = |number: u32| i32::try_from(number).expect("at most 31");
    v1::Date {
        year: day.year(),
        month: small(day.month()),
        day: small(day.day()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_with_what_no_name_can_hold_is_refused() {
        let token = |key: &str| {
            let cursor = UserCursor {
                display_name_key: key.to_owned(),
                id: UserId::stored(1),
            };
            v1::ListUsersRequest {
                page_token: page::token(LIST, &None::<bool>, &cursor),
                ..v1::ListUsersRequest::default()
            }
        };
        assert!(query(&token("anna keller")).is_ok());
        assert!(query(&token("anna\0")).is_err());
    }

    #[test]
    fn a_token_of_active_users_does_not_lead_through_all_users() {
        let cursor = UserCursor::START;
        let request = v1::ListUsersRequest {
            page_token: page::token(LIST, &Some(true), &cursor),
            ..v1::ListUsersRequest::default()
        };
        assert!(query(&request).is_err());
    }

    #[test]
    fn every_fault_of_an_update_is_counted_and_absent_fields_have_none() {
        let empty = || Some(String::new());
        let refusal = update(v1::UpdateUserRequest {
            user_id: 0,
            first_name: empty(),
            last_name: empty(),
            display_name: empty(),
            email: empty(),
            ..v1::UpdateUserRequest::default()
        })
        .unwrap_err();
        assert!(refusal.message().starts_with("5 fields"), "{refusal}");
        let nothing = v1::UpdateUserRequest {
            user_id: 1,
            ..v1::UpdateUserRequest::default()
        };
        assert!(update(nothing).is_ok());
    }
}
