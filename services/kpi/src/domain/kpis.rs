//! Definitions of KPIs. Only gatekeepers may change them: the contract declares it, and the
//! middleware enforces it.

use kreis_database::DatabaseError;
use kreis_server::token::Caller;
use kreis_service::{
    idempotency::{self, FirstCall, Response},
    page::Page,
};

use super::transaction::begin;
use crate::{
    error::{Error, MAX_NAMED_PERIODS},
    model::{
        Activity, ChangeHeader, CircleId, CreateKpi, ExpectedVersion, FieldChange, Kpi, KpiId,
        KpiName, ListKpis, Person, RemoveKpiTarget, SetKpiActive, SetKpiTarget, Steward, UpdateKpi,
    },
    store::{Store, Tx},
};

/// One KPI.
pub(crate) async fn get(store: &Store, id: KpiId) -> Result<Kpi, Error> {
    store.kpi(id).await?.ok_or(Error::KpiNotFound(id))
}

/// A page of KPIs, ordered by name.
pub(crate) async fn list(store: &Store, list: &ListKpis) -> Result<Page<Kpi>, Error> {
    let after = list.page.after.clone().unwrap_or_default();
    let limit = list.page.row_limit();
    let found = store.kpis(list.filter, &after, limit).await?;
    Ok(Page::from_rows(found, &list.page))
}

/// Creates a KPI with its targets.
pub(crate) async fn create<M: Response>(
    store: &Store,
    caller: &Caller,
    CreateKpi { new, key }: CreateKpi,
    respond: fn(Kpi) -> M,
) -> Result<M, Error> {
    let zone = store.zone().await?;
    let in_use_since = new.activation.first_day(zone.today())?;
    let active_since = in_use_since.map(|day| zone.start_of_day(day));
    let mut tx = begin(store, caller).await?;
    if let Some(first) = idempotency::first_call(&mut tx, caller.user_id, key.as_ref()).await? {
        return match first {
            FirstCall::Response(response) => Ok(response),
            FirstCall::Former(id) => Ok(respond(read_back(&mut tx, KpiId::stored(id)).await?)),
        };
    }
    let steward = steward(&mut tx, new.steward, None).await?;
    let inserted = tx.insert_kpi(&new, steward.as_ref(), active_since).await;
    let id = match inserted {
        Ok(id) => id,
        Err(error) => {
            tx.rollback().await?;
            let definition = &new.definition;
            return Err(placement_error(store, error, definition.circle, &definition.name).await);
        }
    };
    let header = |activity| ChangeHeader {
        user: caller.user_id,
        kpi: id,
        circle: new.definition.circle,
        activity,
    };
    let created = FieldChange::created(new.definition.name.as_str());
    tx.append_field_changes(header(Activity::KpiCreated), vec![created])
        .await?;
    let targets: Vec<FieldChange> = new
        .targets
        .iter()
        .map(|target| FieldChange::target_set(None, target))
        .collect();
    if !targets.is_empty() {
        tx.insert_targets(id, &new.targets).await?;
        tx.append_field_changes(header(Activity::TargetSet), targets)
            .await?;
    }
    let kpi = read_back(&mut tx, id).await?;
    let kept = idempotency::keep_and_commit(tx, caller.user_id, key.as_ref(), respond(kpi));
    Ok(kept.await?)
}

/// Changes the fields that are given and leaves the rest.
pub(crate) async fn update(
    store: &Store,
    caller: &Caller,
    UpdateKpi {
        id,
        update,
        expected,
    }: UpdateKpi,
) -> Result<Kpi, Error> {
    let mut tx = begin(store, caller).await?;
    let kpi = lock_expected(&mut tx, id, expected).await?;
    let current = &kpi.definition;
    let steward = match update.steward {
        Some(next) => steward(&mut tx, next, kpi.steward.as_ref()).await?,
        None => kpi.steward.clone(),
    };
    let next = update.applied_to(current);
    let mut changes = current.differences(&next);
    changes.extend(FieldChange::steward(kpi.steward.as_ref(), steward.as_ref()));
    if changes.is_empty() {
        return Ok(kpi);
    }
    if let Some(field) = current.frozen_difference(&next)
        && tx.has_values(id).await?
    {
        return Err(Error::FrozenByValues(field));
    }
    if current.limits != next.limits {
        let outside = tx
            .periods_outside(id, next.limits, MAX_NAMED_PERIODS + 1)
            .await?;
        if !outside.is_empty() {
            return Err(Error::LimitsExcludeValues(outside));
        }
    }
    if let Err(error) = tx.update_kpi(id, &next, steward.as_ref()).await {
        tx.rollback().await?;
        return Err(placement_error(store, error, next.circle, &next.name).await);
    }
    let header = header(caller, &kpi, Activity::KpiUpdated);
    tx.append_field_changes(header, changes).await?;
    read_and_commit(tx, id).await
}

/// Sets the baseline and target that hold from a year on.
pub(crate) async fn set_target(
    store: &Store,
    caller: &Caller,
    SetKpiTarget {
        id,
        target,
        expected,
    }: SetKpiTarget,
) -> Result<Kpi, Error> {
    let mut tx = begin(store, caller).await?;
    let kpi = lock_expected(&mut tx, id, expected).await?;
    let before = kpi.targets.starting_in(target.from_year);
    if before == Some(&target) {
        return Ok(kpi);
    }
    tx.set_target(id, &target).await?;
    let header = header(caller, &kpi, Activity::TargetSet);
    tx.append_field_changes(header, vec![FieldChange::target_set(before, &target)])
        .await?;
    read_and_commit(tx, id).await
}

/// Removes the baseline and target that begin with a year.
pub(crate) async fn remove_target(
    store: &Store,
    caller: &Caller,
    RemoveKpiTarget {
        id,
        from_year,
        expected,
    }: RemoveKpiTarget,
) -> Result<Kpi, Error> {
    let mut tx = begin(store, caller).await?;
    let kpi = lock_expected(&mut tx, id, expected).await?;
    let before = kpi
        .targets
        .starting_in(from_year)
        .ok_or(Error::TargetNotFound { kpi: id, from_year })?;
    tx.remove_target(id, from_year).await?;
    let header = header(caller, &kpi, Activity::TargetRemoved);
    tx.append_field_changes(header, vec![FieldChange::target_removed(before)])
        .await?;
    read_and_commit(tx, id).await
}

/// Activates or deactivates a KPI. An inactive KPI takes no values. Does nothing if the KPI is in
/// that state already.
pub(crate) async fn set_active(
    store: &Store,
    caller: &Caller,
    SetKpiActive {
        id,
        active,
        expected,
    }: SetKpiActive,
) -> Result<Kpi, Error> {
    let mut tx = begin(store, caller).await?;
    let kpi = lock_expected(&mut tx, id, expected).await?;
    if kpi.active == active {
        return Ok(kpi);
    }
    tx.set_active(id, active).await?;
    let activity = if active {
        Activity::KpiActivated
    } else {
        Activity::KpiDeactivated
    };
    let header = header(caller, &kpi, activity);
    tx.append_field_changes(header, vec![FieldChange::active(kpi.active, active)])
        .await?;
    read_and_commit(tx, id).await
}

/// Changes the steward of a KPI. A new steward must be an active user. The current steward may stay
/// even if inactive.
async fn steward(
    tx: &mut Tx,
    next: Steward,
    current: Option<&Person>,
) -> Result<Option<Person>, Error> {
    let Steward::User(user) = next else {
        return Ok(None);
    };
    if let Some(same) = current.filter(|current| current.user_id == user) {
        return Ok(Some(same.clone()));
    }
    let active = tx.active_user(user).await?;
    active.map(Some).ok_or(Error::StewardNotFound(user))
}

/// Locks the KPI. Refuses if its version is not the one that the caller saw.
async fn lock_expected(tx: &mut Tx, id: KpiId, expected: ExpectedVersion) -> Result<Kpi, Error> {
    if !tx.lock_kpi(id).await? {
        return Err(Error::KpiNotFound(id));
    }
    let kpi = read_back(tx, id).await?;
    expected.check(kpi.version)?;
    Ok(kpi)
}

async fn read_back(tx: &mut Tx, id: KpiId) -> Result<Kpi, Error> {
    tx.kpi(id).await?.ok_or(Error::KpiNotFound(id))
}

/// Commits, and returns the changed KPI.
async fn read_and_commit(mut tx: Tx, id: KpiId) -> Result<Kpi, Error> {
    let kpi = read_back(&mut tx, id).await?;
    tx.commit().await?;
    Ok(kpi)
}

/// An entry about the KPI, in the circle that it belonged to before the change.
fn header(caller: &Caller, kpi: &Kpi, activity: Activity) -> ChangeHeader {
    ChangeHeader {
        user: caller.user_id,
        kpi: kpi.id,
        circle: kpi.definition.circle,
        activity,
    }
}

/// The error for the caller when a KPI could not be saved in a circle under a name.
async fn placement_error(
    store: &Store,
    error: DatabaseError,
    circle: CircleId,
    name: &KpiName,
) -> Error {
    match error.constraint() {
        Some("kpi_belongs_to_a_circle") => Error::CircleNotFound(circle),
        Some("one_kpi_per_circle_and_name") => match store.kpi_named(circle, &name.key()).await {
            Ok(Some(kpi)) => Error::KpiNameTaken(kpi),
            // The other KPI was renamed or moved at the same time.
            Ok(None) => Error::Conflict,
            Err(error) => error.into(),
        },
        _ => error.into(),
    }
}
