//! Users as messages.

use chrono::{Datelike, NaiveDate};
use kreis_proto::org::v1;
use kreis_server::timestamps::to_timestamp;
use kreis_service::{language::Language, page::Page};

use crate::model::{Invitation, Me, Person, User, UserCircle, UserState};

pub(crate) fn get_me(me: Me) -> v1::GetMeResponse {
    v1::GetMeResponse {
        user: Some(message(me.user)),
        organisation: Some(v1::Organisation {
            today: Some(date(me.organisation.today())),
            time_zone: me.organisation.zone.name().to_owned(),
            name: me.organisation.name,
        }),
    }
}

pub(crate) fn list_users(page: Page<User>) -> v1::ListUsersResponse {
    v1::ListUsersResponse {
        next_page_token: page.next_token(User::cursor),
        users: page.items.into_iter().map(message).collect(),
    }
}

pub(crate) fn get_user(user: User) -> v1::GetUserResponse {
    v1::GetUserResponse {
        user: Some(message(user)),
    }
}

pub(crate) fn create_user(user: User) -> v1::CreateUserResponse {
    v1::CreateUserResponse {
        user: Some(message(user)),
    }
}

pub(crate) fn update_user(user: User) -> v1::UpdateUserResponse {
    v1::UpdateUserResponse {
        user: Some(message(user)),
    }
}

pub(crate) fn deactivate_user(user: User) -> v1::DeactivateUserResponse {
    v1::DeactivateUserResponse {
        user: Some(message(user)),
    }
}

pub(crate) fn reactivate_user(user: User) -> v1::ReactivateUserResponse {
    v1::ReactivateUserResponse {
        user: Some(message(user)),
    }
}

pub(crate) const fn set_my_language() -> v1::SetMyLanguageResponse {
    v1::SetMyLanguageResponse {}
}

pub(crate) fn invite_user(invitation: Invitation) -> v1::InviteUserResponse {
    v1::InviteUserResponse {
        invitation_token: invitation.token,
        expire_time: Some(to_timestamp(invitation.expire_time)),
    }
}

fn message(user: User) -> v1::User {
    let state = match user.state() {
        UserState::Invited => v1::UserState::Invited,
        UserState::Active => v1::UserState::Active,
        UserState::Inactive => v1::UserState::Inactive,
    };
    v1::User {
        id: user.id.get(),
        first_name: user.first_name,
        last_name: user.last_name,
        display_name: user.display_name,
        email: user.email,
        state: state.into(),
        gatekeeper: user.gatekeeper,
        circles: user.circles.into_iter().map(circle).collect(),
        create_time: Some(to_timestamp(user.create_time)),
        update_time: Some(to_timestamp(user.update_time)),
        etag: user.version.etag(),
        language: user.language.map_or("", Language::tag).to_owned(),
    }
}

pub(super) fn circle(circle: UserCircle) -> v1::UserCircle {
    v1::UserCircle {
        circle_id: circle.circle_id.get(),
        name: circle.name,
    }
}

pub(super) fn person(person: Person) -> v1::Person {
    v1::Person {
        user_id: person.user_id.get(),
        display_name: person.display_name,
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
