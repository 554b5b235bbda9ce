//! Membership: which users are economists of which circle.

use super::transaction::begin_about_user;
use crate::{
    error::Error,
    model::{Activity, Circle, CircleId, Membership, NewChange, UserId},
    store::{Store, Tx},
};
use kreis_server::token::Caller;

/// Makes a user a member of a circle. Does nothing if the user is a member already.
pub(crate) async fn add(
    store: &Store,
    caller: &Caller,
    Membership { circle, user }: Membership,
) -> Result<Circle, Error> {
    let mut tx = begin_about_user(store, caller, user).await?;
    let (name, active) = lock_circle_and_user(&mut tx, circle, user).await?;
    if tx.insert_member(circle, user).await? {
        if !active {
            return Err(Error::UserInactive(user));
        }
        let change = NewChange {
            user: Some(user),
            ..NewChange::about_circle(Activity::MemberAdded, circle, &name)
        };
        tx.append_change(Some(caller.user_id), change).await?;
    }
    read_and_commit(tx, circle).await
}

/// Ends a membership. Does nothing if the user is no member.
pub(crate) async fn remove(
    store: &Store,
    caller: &Caller,
    Membership { circle, user }: Membership,
) -> Result<Circle, Error> {
    let mut tx = begin_about_user(store, caller, user).await?;
    let (name, _) = lock_circle_and_user(&mut tx, circle, user).await?;
    if tx.delete_member(circle, user).await? {
        let change = NewChange {
            user: Some(user),
            ..NewChange::about_circle(Activity::MemberRemoved, circle, &name)
        };
        tx.append_change(Some(caller.user_id), change).await?;
    }
    read_and_commit(tx, circle).await
}

/// The circle's name, and whether the user is active. Both are locked until the commit.
async fn lock_circle_and_user(
    tx: &mut Tx,
    circle: CircleId,
    user: UserId,
) -> Result<(String, bool), Error> {
    let name = tx
        .lock_circle_name(circle)
        .await?
        .ok_or(Error::CircleNotFound(circle))?;
    let active = tx
        .lock_active(user)
        .await?
        .ok_or(Error::UserNotFound(user))?;
    Ok((name, active))
}

async fn read_and_commit(mut tx: Tx, id: CircleId) -> Result<Circle, Error> {
    let circle = tx.circle(id).await?.ok_or(Error::CircleNotFound(id))?;
    tx.commit().await?;
    Ok(circle)
}
