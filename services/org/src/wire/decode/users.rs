//! Requests about users.

use std::mem::take;

use kreis_proto::org::v1;
use kreis_server::status::Violations;
use kreis_service::{idempotency::RequestKey, language::Language, page::PageRequest};
use tonic::Status;

use super::requests;
use crate::model::{
    CreateUser, Email, ExpectedVersion, ListUsers, Name, NewUser, SetUserActive, UpdateUser,
    UserFields, UserId, UserUpdate,
};

const CREATE: &str = "kreis.org.v1.UserService/CreateUser";

/// The id of a message that has no other field to check.
fn user_id(number: i64) -> Result<UserId, Status> {
    let mut violations = Violations::default();
    let id = violations.check("user_id", UserId::parse(number));
    violations.finish(id)
}

pub(crate) fn get_user(message: v1::GetUserRequest) -> Result<UserId, Status> {
    user_id(message.user_id)
}

pub(crate) fn list_users(mut message: v1::ListUsersRequest) -> Result<ListUsers, Status> {
    let mut violations = Violations::default();
    let page_size = take(&mut message.page_size);
    let page_token = take(&mut message.page_token);
    let active = message.active;
    let page = PageRequest::decode(
        &mut violations,
        "kreis.org.v1.UserService/ListUsers",
        page_size,
        &page_token,
        &message,
    );
    violations.finish(page.map(|page| ListUsers { active, page }))
}

pub(crate) fn create_user(mut message: v1::CreateUserRequest) -> Result<CreateUser, Status> {
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
        language: message.language,
    };
    let new = NewUser::parse(&user_fields)
        .map_err(|errors| {
            for error in errors {
                violations.add(error.field, error.rule);
            }
        })
        .ok();
    violations.finish(new.map(|new| CreateUser { new, key }))
}

pub(crate) fn update_user(message: v1::UpdateUserRequest) -> Result<UpdateUser, Status> {
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
    let language = message
        .language
        .and_then(|tag| violations.check("language", tag.parse()));
    let update = UserUpdate {
        first_name,
        last_name,
        display_name,
        email,
        gatekeeper: message.gatekeeper,
        language,
    };
    let expected = ExpectedVersion::parse(&message.etag);
    violations.finish(id.map(|id| UpdateUser {
        id,
        update,
        expected,
    }))
}

pub(crate) fn set_my_language(message: &v1::SetMyLanguageRequest) -> Result<Language, Status> {
    let mut violations = Violations::default();
    let language = violations.check("language", message.language.parse());
    violations.finish(language)
}

pub(crate) fn invite_user(message: v1::InviteUserRequest) -> Result<UserId, Status> {
    user_id(message.user_id)
}

pub(crate) fn deactivate_user(
    message: &v1::DeactivateUserRequest,
) -> Result<SetUserActive, Status> {
    Ok(SetUserActive {
        id: user_id(message.user_id)?,
        expected: ExpectedVersion::parse(&message.etag),
    })
}

pub(crate) fn reactivate_user(
    message: &v1::ReactivateUserRequest,
) -> Result<SetUserActive, Status> {
    Ok(SetUserActive {
        id: user_id(message.user_id)?,
        expected: ExpectedVersion::parse(&message.etag),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UserCursor;

    #[test]
    fn a_cursor_with_an_impossible_name_is_refused() {
        let first = list_users(v1::ListUsersRequest::default()).unwrap();
        let after = |key: &str| {
            let cursor = UserCursor {
                display_name_key: key.to_owned(),
                id: UserId::stored(1),
            };
            list_users(v1::ListUsersRequest {
                page_token: first.page.list.token(cursor),
                ..v1::ListUsersRequest::default()
            })
        };
        assert!(after("anna keller").is_ok());
        assert!(after("anna\0").is_err());
    }

    #[test]
    fn a_token_of_active_users_does_not_lead_through_all_users() {
        let active = list_users(v1::ListUsersRequest {
            active: Some(true),
            ..v1::ListUsersRequest::default()
        })
        .unwrap();
        let all = v1::ListUsersRequest {
            page_token: active.page.list.token(UserCursor::START),
            ..v1::ListUsersRequest::default()
        };
        assert!(list_users(all).is_err());
    }

    #[test]
    fn every_fault_of_an_update_is_counted_and_absent_fields_have_none() {
        let empty = || Some(String::new());
        let refusal = update_user(v1::UpdateUserRequest {
            user_id: 0,
            first_name: empty(),
            last_name: empty(),
            display_name: empty(),
            email: empty(),
            language: empty(),
            ..v1::UpdateUserRequest::default()
        })
        .unwrap_err();
        assert!(refusal.message().starts_with("6 fields"), "{refusal}");
        let nothing = v1::UpdateUserRequest {
            user_id: 1,
            ..v1::UpdateUserRequest::default()
        };
        assert!(update_user(nothing).is_ok());
    }
}
