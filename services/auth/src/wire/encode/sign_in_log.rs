//! Responses about the log of sign-ins.

use kreis_proto::{
    auth::v1::{
        ConfirmNoticesResponse, ListNoticesResponse, ListSignInsResponse, SignIn, SignInActivity,
        SignInReason,
    },
    org::v1,
};
use kreis_server::timestamps::to_timestamp;
use kreis_service::page::Page;

use crate::model::{Activity, Entry, Person, Reason};

pub(crate) fn list_sign_ins(page: Page<Entry>) -> ListSignInsResponse {
    ListSignInsResponse {
        next_page_token: page.next_token(Entry::cursor),
        sign_ins: page.items.into_iter().map(sign_in).collect(),
    }
}

pub(crate) fn list_notices(notices: Vec<Entry>) -> ListNoticesResponse {
    ListNoticesResponse {
        notices: notices.into_iter().map(sign_in).collect(),
    }
}

pub(crate) const fn confirm_notices() -> ConfirmNoticesResponse {
    ConfirmNoticesResponse {}
}

fn sign_in(entry: Entry) -> SignIn {
    let address = entry.client.address;
    SignIn {
        id: entry.id,
        create_time: Some(to_timestamp(entry.create_time)),
        activity: activity(entry.activity).into(),
        user: entry.user.map(person),
        actor: entry.actor.map(person),
        method: entry.method.map(super::method).unwrap_or_default().into(),
        reason: entry.reason.map(reason).unwrap_or_default().into(),
        address: address
            .map(|address| address.to_string())
            .unwrap_or_default(),
        user_agent: entry.client.user_agent,
        session_id: entry.session,
        count: entry.count,
        provider: entry.provider,
        service_account: entry.is_service_account,
    }
}

fn person(person: Person) -> v1::Person {
    v1::Person {
        user_id: person.user_id.get(),
        display_name: person.display_name,
    }
}

const fn activity(activity: Activity) -> SignInActivity {
    match activity {
        Activity::SignedIn => SignInActivity::SignedIn,
        Activity::SignInRefused => SignInActivity::SignInRefused,
        Activity::RenewalRefused => SignInActivity::RenewalRefused,
        Activity::RefreshTokenReused => SignInActivity::RefreshTokenReused,
        Activity::SignedOut => SignInActivity::SignedOut,
        Activity::SignedOutEverywhere => SignInActivity::SignedOutEverywhere,
        Activity::SessionEnded => SignInActivity::SessionEnded,
        Activity::SessionsEnded => SignInActivity::SessionsEnded,
        Activity::UserInvited => SignInActivity::UserInvited,
        Activity::PasswordResetInvited => SignInActivity::PasswordResetInvited,
        Activity::InvitationAccepted => SignInActivity::InvitationAccepted,
        Activity::InvitationWithdrawn => SignInActivity::InvitationWithdrawn,
        Activity::PasswordChanged => SignInActivity::PasswordChanged,
        Activity::PasswordChangeRefused => SignInActivity::PasswordChangeRefused,
        Activity::PasswordSet => SignInActivity::PasswordSet,
        Activity::PasswordReset => SignInActivity::PasswordReset,
        Activity::ProviderLinked => SignInActivity::ProviderLinked,
    }
}

const fn reason(reason: Reason) -> SignInReason {
    match reason {
        Reason::UnknownEmail => SignInReason::UnknownEmail,
        Reason::WrongPassword => SignInReason::WrongPassword,
        Reason::NoPassword => SignInReason::NoPassword,
        Reason::UserInactive => SignInReason::UserInactive,
        Reason::InvitationNotOpen => SignInReason::InvitationNotOpen,
        Reason::SessionNotOpen => SignInReason::SessionNotOpen,
        Reason::WrongToken => SignInReason::WrongToken,
        Reason::UserChanged => SignInReason::UserChanged,
        Reason::LeftOut => SignInReason::LeftOut,
        Reason::RoleChanged => SignInReason::RoleChanged,
        Reason::UserDeactivated => SignInReason::UserDeactivated,
        Reason::TooManySessions => SignInReason::TooManySessions,
        Reason::UnknownKey => SignInReason::UnknownKey,
        Reason::KeyExpired => SignInReason::KeyExpired,
        Reason::AccountSuspended => SignInReason::AccountSuspended,
        Reason::KeyRemoved => SignInReason::KeyRemoved,
        Reason::RightsChanged => SignInReason::RightsChanged,
        Reason::SignOnNotBegun => SignInReason::SignOnNotBegun,
        Reason::WrongIssuer => SignInReason::WrongIssuer,
        Reason::CodeRefused => SignInReason::CodeRefused,
        Reason::IdTokenRefused => SignInReason::IdTokenRefused,
        Reason::EmailNotVerified => SignInReason::EmailNotVerified,
        Reason::LinkedToAnother => SignInReason::LinkedToAnother,
        Reason::ProviderUnavailable => SignInReason::ProviderUnavailable,
        Reason::PasswordsOff => SignInReason::PasswordsOff,
        Reason::SignedOutAtProvider => SignInReason::SignedOutAtProvider,
    }
}
