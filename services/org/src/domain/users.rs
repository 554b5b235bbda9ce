//! Users: their data, their invitations, and their role.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{SubsecRound, TimeDelta, Utc};
use kreis_database::DatabaseError;
use kreis_server::token::Caller;
use kreis_service::{
    idempotency::{self, FirstCall, Response},
    language::Language,
    page::Page,
};

use super::transaction::{begin, begin_about_user, begin_gatekeeper_removal};
use crate::{
    error::Error,
    model::{
        Activity, CreateUser, ExpectedVersion, Invitation, ListUsers, Me, NewChange, NewUser,
        SessionsEndReason, SetUserActive, UpdateUser, User, UserCursor, UserId,
    },
    store::{Store, Tx},
};

/// Lifetime of an invitation.
const INVITATION_HOURS: i64 = 72;

/// A user after a change. If the change revoked the user's tokens: the sequence number of that
/// entry in auth's revocation list.
#[derive(Debug)]
pub(crate) struct UserChange {
    pub(crate) user: User,
    pub(crate) revocation: Option<i64>,
}

impl UserChange {
    const fn unchanged(user: User) -> Self {
        Self {
            user,
            revocation: None,
        }
    }
}

/// The caller and the organisation.
pub(crate) async fn me(store: &Store, caller: UserId) -> Result<Me, Error> {
    store.me(caller).await?.ok_or(Error::UserNotFound(caller))
}

/// One user.
pub(crate) async fn get(store: &Store, id: UserId) -> Result<User, Error> {
    store.user(id).await?.ok_or(Error::UserNotFound(id))
}

/// A page of users, ordered by display name.
pub(crate) async fn list(store: &Store, list: &ListUsers) -> Result<Page<User>, Error> {
    let after = list.page.after.clone().unwrap_or(UserCursor::START);
    let limit = list.page.row_limit();
    let found = store.users(list.active, &after, limit).await?;
    Ok(Page::from_rows(found, &list.page))
}

/// Creates a user without a password.
pub(crate) async fn create<M: Response>(
    store: &Store,
    caller: &Caller,
    CreateUser { new, key }: CreateUser,
    respond: fn(User) -> M,
) -> Result<M, Error> {
    let mut tx = begin(store, caller).await?;
    if let Some(first) = idempotency::first_call(&mut tx, caller.user_id, key.as_ref()).await? {
        return match first {
            FirstCall::Response(response) => Ok(response),
            FirstCall::Former(id) => {
                let id = UserId::stored(id);
                let user = tx.user(id).await?.ok_or(Error::UserNotFound(id))?;
                Ok(respond(user))
            }
        };
    }
    let (tx, user) = insert(store, tx, Some(caller.user_id), &new).await?;
    let kept = idempotency::keep_and_commit(tx, caller.user_id, key.as_ref(), respond(user));
    Ok(kept.await?)
}

/// Creates a user without a password, for the operator. The entry in the change log has no actor.
pub(crate) async fn create_by_operator(store: &Store, new: &NewUser) -> Result<User, Error> {
    let tx = store.begin().await?;
    let (tx, user) = insert(store, tx, None, new).await?;
    tx.commit().await?;
    Ok(user)
}

async fn insert(
    store: &Store,
    mut tx: Tx,
    actor: Option<UserId>,
    new: &NewUser,
) -> Result<(Tx, User), Error> {
    let user = match tx.insert_user(new).await {
        Ok(user) => user,
        Err(error) => {
            let keys = (new.display_name.key(), new.email.key());
            return Err(name_conflict(store, tx, error, keys).await?);
        }
    };
    let change = NewChange {
        new_text: &user.display_name,
        ..NewChange::about_user(Activity::UserCreated, user.id)
    };
    tx.append_change(actor, change).await?;
    Ok((tx, user))
}

/// Changes the fields that are given and leaves the rest.
pub(crate) async fn update(
    store: &Store,
    caller: &Caller,
    UpdateUser {
        id,
        update,
        expected,
    }: UpdateUser,
) -> Result<UserChange, Error> {
    let mut tx = if update.demotes() {
        begin_gatekeeper_removal(store, caller, id).await?
    } else {
        begin_about_user(store, caller, id).await?
    };
    let before = lock_expected(&mut tx, id, expected).await?;
    let mut user = before.clone();
    let changes = user.apply(update);
    if changes.is_empty() {
        return Ok(UserChange::unchanged(before));
    }
    if let Err(error) = tx.update_user(&mut user).await {
        let keys = (user.display_name_key(), user.email_key());
        return Err(name_conflict(store, tx, error, keys).await?);
    }
    ensure_gatekeeper_remains(&mut tx, &before, &user).await?;
    tx.append_user_update(Some(caller.user_id), id, &changes)
        .await?;
    let revocation = if before.gatekeeper == user.gatekeeper {
        None
    } else {
        let reason = SessionsEndReason::RoleChanged;
        Some(end_sessions(&mut tx, caller, (&before, &user), reason).await?)
    };
    tx.commit().await?;
    Ok(UserChange { user, revocation })
}

/// Deactivates a user and revokes all their tokens.
pub(crate) async fn deactivate(
    store: &Store,
    caller: &Caller,
    SetUserActive { id, expected }: SetUserActive,
) -> Result<UserChange, Error> {
    let mut tx = begin_gatekeeper_removal(store, caller, id).await?;
    let before = lock_expected(&mut tx, id, expected).await?;
    if !before.active {
        return Ok(UserChange::unchanged(before));
    }
    let mut user = User {
        active: false,
        ..before.clone()
    };
    tx.update_user(&mut user).await?;
    ensure_gatekeeper_remains(&mut tx, &before, &user).await?;
    let change = NewChange::about_user(Activity::UserDeactivated, id);
    tx.append_change(Some(caller.user_id), change).await?;
    // The open invitation must not work again after a reactivation.
    tx.void_invitation(id, caller.user_id).await?;
    let reason = SessionsEndReason::UserDeactivated;
    let seq = end_sessions(&mut tx, caller, (&before, &user), reason).await?;
    tx.commit().await?;
    Ok(UserChange {
        user,
        revocation: Some(seq),
    })
}

/// Ends the sessions of a user. Those of the service accounts of a former gatekeeper end too: the
/// accounts are suspended. Returns the sequence number of the last revocation.
async fn end_sessions(
    tx: &mut Tx,
    caller: &Caller,
    (before, after): (&User, &User),
    reason: SessionsEndReason,
) -> Result<i64, Error> {
    let (id, actor) = (after.id, Some(caller.user_id));
    if !loses_gatekeeper(before, after) {
        return Ok(tx.end_sessions(id, actor, reason).await?);
    }
    tx.lock_service_accounts_of(id).await?;
    let seq = tx.end_sessions(id, actor, reason).await?;
    let last = tx.suspend_service_accounts_of(id, actor).await?;
    Ok(last.unwrap_or(seq))
}

/// Lets a user sign in again. Their earlier tokens stay invalid, because the deactivation raised
/// their version.
pub(crate) async fn reactivate(
    store: &Store,
    caller: &Caller,
    SetUserActive { id, expected }: SetUserActive,
) -> Result<User, Error> {
    let mut tx = begin_about_user(store, caller, id).await?;
    let before = lock_expected(&mut tx, id, expected).await?;
    if before.active {
        return Ok(before);
    }
    let mut user = User {
        active: true,
        ..before
    };
    tx.update_user(&mut user).await?;
    let change = NewChange::about_user(Activity::UserReactivated, id);
    tx.append_change(Some(caller.user_id), change).await?;
    tx.commit().await?;
    Ok(user)
}

/// Sets the language of a caller.
pub(crate) async fn set_language(
    store: &Store,
    caller: &Caller,
    language: Language,
) -> Result<(), Error> {
    let mut tx = begin(store, caller).await?;
    tx.set_language(caller.user_id, language).await?;
    tx.commit().await?;
    Ok(())
}

/// Creates an invitation. The one before becomes invalid.
pub(crate) async fn invite(
    store: &Store,
    caller: &Caller,
    id: UserId,
) -> Result<Invitation, Error> {
    let invitation = new_invitation()?;
    let hash = digest(&SHA256, invitation.token.as_bytes());
    let mut tx = begin_about_user(store, caller, id).await?;
    let user = tx.lock_user(id).await?.ok_or(Error::UserNotFound(id))?;
    if !user.active {
        return Err(Error::UserInactive(id));
    }
    tx.invite(id, hash.as_ref(), invitation.expire_time, caller.user_id)
        .await?;
    let activity = if user.has_password {
        Activity::PasswordResetInvited
    } else {
        Activity::UserInvited
    };
    let change = NewChange::about_user(activity, id);
    tx.append_change(Some(caller.user_id), change).await?;
    tx.commit().await?;
    Ok(invitation)
}

fn new_invitation() -> Result<Invitation, Error> {
    let mut bits = [0; 32];
    rand::fill(&mut bits).map_err(|_| Error::NoRandomness)?;
    Ok(Invitation {
        token: URL_SAFE_NO_PAD.encode(bits),
        // Postgres keeps microseconds.
        expire_time: (Utc::now() + TimeDelta::hours(INVITATION_HOURS)).trunc_subsecs(6),
    })
}

/// Locks the user. Refuses if their version is not the one that the caller saw.
async fn lock_expected(tx: &mut Tx, id: UserId, expected: ExpectedVersion) -> Result<User, Error> {
    let user = tx.lock_user(id).await?.ok_or(Error::UserNotFound(id))?;
    expected.check(user.version)?;
    Ok(user)
}

/// Refuses to remove the last active gatekeeper who can sign in. For a gatekeeper who was only invited,
/// refuses to remove the last active gatekeeper of all. The lock on gatekeepers keeps the
/// remaining one from being removed at the same time.
async fn ensure_gatekeeper_remains(tx: &mut Tx, before: &User, after: &User) -> Result<(), Error> {
    if loses_gatekeeper(before, after) && !tx.has_gatekeeper(before.can_sign_in()).await? {
        return Err(Error::LastGatekeeper);
    }
    Ok(())
}

fn loses_gatekeeper(before: &User, after: &User) -> bool {
    before.is_active_gatekeeper() && !after.is_active_gatekeeper()
}

/// Turns a failed write of a user into the error for the caller. The user who has the name or the
/// e-mail can only be read after the transaction has ended.
async fn name_conflict(
    store: &Store,
    tx: Tx,
    error: DatabaseError,
    (display_name_key, email_key): (String, String),
) -> Result<Error, DatabaseError> {
    match error.constraint() {
        Some("one_user_per_email") => {
            tx.rollback().await?;
            let user = store.user_id_by_email(&email_key).await?;
            Ok(Error::EmailTaken { user })
        }
        Some("one_user_per_display_name") => {
            tx.rollback().await?;
            let user = store.user_id_by_display_name(&display_name_key).await?;
            Ok(Error::DisplayNameTaken { user })
        }
        _ => Err(error),
    }
}
