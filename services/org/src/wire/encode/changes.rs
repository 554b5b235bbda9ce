//! Entries of the change log as messages.

use kreis_proto::org::v1;
use kreis_server::timestamps::to_timestamp;
use kreis_service::page::Page;

use super::users::person;
use crate::model::{Activity, Change, CircleId};

pub(crate) fn list_changes(page: Page<Change>) -> v1::ListChangesResponse {
    v1::ListChangesResponse {
        next_page_token: page.next_token(Change::cursor),
        changes: page.items.into_iter().map(message).collect(),
    }
}

fn message(change: Change) -> v1::Change {
    v1::Change {
        id: change.id,
        create_time: Some(to_timestamp(change.create_time)),
        changed_by: change.changed_by.map(person),
        activity: activity(change.activity).into(),
        user: change.user.map(person),
        circle_id: change.circle_id.map(CircleId::get).unwrap_or_default(),
        circle_name: change.circle_name,
        field: change.field,
        old_text: change.old_text,
        new_text: change.new_text,
        owner: change.owner.map(person),
        provider: change.provider,
    }
}

const fn activity(activity: Activity) -> v1::Activity {
    match activity {
        Activity::UserCreated => v1::Activity::UserCreated,
        Activity::UserUpdated => v1::Activity::UserUpdated,
        Activity::UserInvited => v1::Activity::UserInvited,
        Activity::UserDeactivated => v1::Activity::UserDeactivated,
        Activity::UserReactivated => v1::Activity::UserReactivated,
        Activity::PasswordResetInvited => v1::Activity::PasswordResetInvited,
        Activity::InvitationAccepted => v1::Activity::InvitationAccepted,
        Activity::PasswordSet => v1::Activity::PasswordSet,
        Activity::PasswordChanged => v1::Activity::PasswordChanged,
        Activity::PasswordReset => v1::Activity::PasswordReset,
        Activity::InvitationWithdrawn => v1::Activity::InvitationWithdrawn,
        Activity::CircleCreated => v1::Activity::CircleCreated,
        Activity::CircleUpdated => v1::Activity::CircleUpdated,
        Activity::CircleDeleted => v1::Activity::CircleDeleted,
        Activity::MemberAdded => v1::Activity::MemberAdded,
        Activity::MemberRemoved => v1::Activity::MemberRemoved,
        Activity::ServiceAccountCreated => v1::Activity::ServiceAccountCreated,
        Activity::ServiceAccountUpdated => v1::Activity::ServiceAccountUpdated,
        Activity::ServiceAccountRemoved => v1::Activity::ServiceAccountRemoved,
        Activity::ServiceKeyAdded => v1::Activity::ServiceKeyAdded,
        Activity::ServiceKeyRemoved => v1::Activity::ServiceKeyRemoved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_all_activities_of_the_contract_can_be_read() {
        let contract = (1..100).filter_map(|number| v1::Activity::try_from(number).ok());
        let mut known = Activity::ALL.map(activity);
        known.sort_unstable();
        assert!(contract.eq(known));
    }
}
