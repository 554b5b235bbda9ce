//! How a write begins: its caller is checked once more, and stays who they are.

use crate::{
    model::{Actor, OrgFault, UserId},
    store::{Store, Tx},
};

/// Begins what a caller writes, or refuses them where their token has ended meanwhile.
pub(super) async fn begin(store: &Store, actor: Actor) -> Result<Tx, OrgFault> {
    let mut tx = store.begin().await?;
    hold(&mut tx, actor).await?;
    Ok(tx)
}

/// Begins what a caller writes about a person: their role, their activity, their circles.
/// It waits for what that person writes at the moment.
pub(super) async fn begin_about(
    store: &Store,
    actor: Actor,
    person: UserId,
) -> Result<Tx, OrgFault> {
    let mut tx = store.begin().await?;
    lock_person(&mut tx, actor, person).await?;
    Ok(tx)
}

/// Begins what may take away a gatekeeper: one such transaction after the other.
pub(super) async fn begin_removal(
    store: &Store,
    actor: Actor,
    person: UserId,
) -> Result<Tx, OrgFault> {
    let mut tx = store.begin().await?;
    tx.lock_gatekeepers().await?;
    lock_person(&mut tx, actor, person).await?;
    Ok(tx)
}

/// The smaller id first, so that two who change each other do not wait in a circle. Who
/// changes themselves takes the stronger lock first for the same reason.
async fn lock_person(tx: &mut Tx, actor: Actor, person: UserId) -> Result<(), OrgFault> {
    if actor.id < person {
        hold(tx, actor).await?;
        tx.lock_person(person).await?;
    } else {
        tx.lock_person(person).await?;
        hold(tx, actor).await?;
    }
    Ok(())
}

async fn hold(tx: &mut Tx, actor: Actor) -> Result<(), OrgFault> {
    if tx.hold_caller(actor).await? {
        Ok(())
    } else {
        Err(OrgFault::TokenRevoked)
    }
}
