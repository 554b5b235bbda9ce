//! Recording, correcting and retracting values.

use kreis_chassis::{page, token::Caller};

use super::begin;
use crate::{
    model::{
        Activity, Correction, Error, ExpectedVersion, FiniteValue, KpiId, KpiScope, KpiValue,
        KpiValueId, NewValue, NothingToReportMark, Period, PeriodRange, RequestKey, TimeFilter,
        ValueChange, ValueContent, ValueCursor,
    },
    store::{Entry, LockedValue, Store, Tx, WritableKpi},
};

/// One value, a retracted one too.
pub(crate) async fn get(store: &Store, id: KpiValueId) -> Result<KpiValue, Error> {
    store
        .kpi_value(id)
        .await?
        .ok_or(Error::KpiValueNotFound(id))
}

/// The KPI of a value, if there is such a value.
pub(crate) async fn kpi_of(store: &Store, id: KpiValueId) -> Result<Option<KpiId>, Error> {
    Ok(store.kpi_of_value(id).await?)
}

/// The months that a span means today; nothing for all.
async fn range_of(store: &Store, span: TimeFilter) -> Result<Option<PeriodRange>, Error> {
    Ok(match span {
        TimeFilter::All => None,
        TimeFilter::Range(range) => Some(range),
        TimeFilter::Preset(preset) => Some(preset.on(store.zone().await?.today())),
    })
}

/// A page of values by period, the range it is of, and the place of
/// the next one.
pub(crate) async fn list(
    store: &Store,
    scope: KpiScope,
    span: TimeFilter,
    after: Option<ValueCursor>,
    size: i64,
) -> Result<(Vec<KpiValue>, Option<PeriodRange>, Option<ValueCursor>), Error> {
    let after = match after {
        Some(cursor) => cursor,
        None => ValueCursor::start_of(range_of(store, span).await?),
    };
    let to = after.range.map_or(Period::LAST, PeriodRange::to);
    let found = store.kpi_values(scope, after, to, size + 1).await?;
    let (found, more) = page::split_page(found, size);
    let next = found.last().filter(|_| more).map(|last| after.after(last));
    Ok((found, after.range, next))
}

/// Records the value of a period.
pub(crate) async fn record(
    store: &Store,
    caller: &Caller,
    new: NewValue,
    etag: &ExpectedVersion,
    request: Option<RequestKey>,
) -> Result<KpiValue, Error> {
    let mut tx = begin(store, caller).await?;
    if let Some(first) = first_answer(&mut tx, caller, request.as_ref()).await? {
        return Ok(first);
    }
    let writable = writable(&mut tx, caller, new.kpi).await?;
    let today = writable.zone.today();
    writable
        .rules
        .check_new(new.period, new.value, new.seen_unit, today)?;
    let recorded = tx.record_kpi_value(&new, etag, caller.user_id).await?;
    let Some(recorded) = recorded else {
        let there = tx.kpi_value_at(new.kpi, new.period).await?;
        return Err(in_the_way(&there.ok_or(Error::Conflict)?));
    };
    let entry = entry(caller, &writable, Activity::Recorded);
    let change = ValueChange {
        value: recorded.id,
        period: new.period,
        old: None,
        new: recorded.content.clone(),
    };
    tx.log_value(entry, &change).await?;
    finish(tx, caller, request, recorded).await
}

/// Replaces the number of a value, its comment, or both. The same of both
/// changes nothing.
pub(crate) async fn correct(
    store: &Store,
    caller: &Caller,
    id: KpiValueId,
    correction: Correction,
    etag: &ExpectedVersion,
    request: Option<RequestKey>,
) -> Result<KpiValue, Error> {
    let mut tx = begin(store, caller).await?;
    if let Some(first) = first_answer(&mut tx, caller, request.as_ref()).await? {
        return Ok(first);
    }
    let writable = writable_of(&mut tx, caller, id).await?;
    // Before the version: what another person has entered is in the unit of now.
    writable.rules.allow_unit(correction.seen_unit)?;
    let current = seen(&mut tx, id, etag).await?;
    let (old, said) = match &current.content {
        ValueContent::Number(old, said) => (*old, said),
        ValueContent::Nothing(_) => return Err(Error::NothingToReport),
        ValueContent::Retracted => return Err(Error::ValueRetracted),
    };
    writable.rules.check_limits(correction.value)?;
    let comment = correction.comment.unwrap_or_else(|| said.clone());
    let new = ValueContent::Number(correction.value, comment);
    let corrected = if current.content == new {
        stored(&mut tx, id).await?
    } else {
        let entry = entry(caller, &writable, Activity::Corrected);
        replace(&mut tx, entry, id, Some(old), new).await?
    };
    finish(tx, caller, request, corrected).await
}

/// Takes a value back. A second time changes nothing.
pub(crate) async fn retract(
    store: &Store,
    caller: &Caller,
    id: KpiValueId,
    etag: &ExpectedVersion,
    request: Option<RequestKey>,
) -> Result<KpiValue, Error> {
    let mut tx = begin(store, caller).await?;
    if let Some(first) = first_answer(&mut tx, caller, request.as_ref()).await? {
        return Ok(first);
    }
    let writable = writable_of(&mut tx, caller, id).await?;
    let current = seen(&mut tx, id, etag).await?;
    let retracted = if current.content == ValueContent::Retracted {
        stored(&mut tx, id).await?
    } else {
        let entry = entry(caller, &writable, Activity::Retracted);
        let old = current.content.number();
        replace(&mut tx, entry, id, old, ValueContent::Retracted).await?
    };
    finish(tx, caller, request, retracted).await
}

/// Marks a blank period as having nothing to report. The same reason a second
/// time changes nothing.
pub(crate) async fn mark_nothing_to_report(
    store: &Store,
    caller: &Caller,
    mark: NothingToReportMark,
    etag: &ExpectedVersion,
    request: Option<RequestKey>,
) -> Result<KpiValue, Error> {
    let mut tx = begin(store, caller).await?;
    if let Some(first) = first_answer(&mut tx, caller, request.as_ref()).await? {
        return Ok(first);
    }
    let writable = writable(&mut tx, caller, mark.kpi).await?;
    let today = writable.zone.today();
    writable.rules.check_nothing_to_report(mark.period, today)?;
    let marked = tx
        .mark_nothing_to_report(&mark, etag, caller.user_id)
        .await?;
    let Some(marked) = marked else {
        let there = tx.kpi_value_at(mark.kpi, mark.period).await?;
        let there = there.ok_or(Error::Conflict)?;
        if there.content != ValueContent::Nothing(mark.reason) || !etag.admits(there.version) {
            return Err(in_the_way(&there));
        }
        return finish(tx, caller, request, there).await;
    };
    let entry = entry(caller, &writable, Activity::NothingToReport);
    let change = ValueChange {
        value: marked.id,
        period: mark.period,
        old: None,
        new: marked.content.clone(),
    };
    tx.log_value(entry, &change).await?;
    finish(tx, caller, request, marked).await
}

/// Why a period can be neither recorded nor marked as the caller asked for.
const fn in_the_way(there: &KpiValue) -> Error {
    match there.content {
        ValueContent::Number(..) => Error::AlreadyRecorded(there.id),
        ValueContent::Nothing(_) | ValueContent::Retracted => Error::EtagMismatch(there.version),
    }
}

/// What the first run of a repeated request was answered; a request that comes
/// for the first time is claimed.
async fn first_answer(
    tx: &mut Tx,
    caller: &Caller,
    request: Option<&RequestKey>,
) -> Result<Option<KpiValue>, Error> {
    match request {
        Some(key) => Ok(tx.claim(caller.user_id, key).await?),
        None => Ok(None),
    }
}

/// A KPI for which this caller may write.
async fn writable(tx: &mut Tx, caller: &Caller, kpi: KpiId) -> Result<WritableKpi, Error> {
    let writable = tx.writable_kpi(kpi, caller.user_id).await?;
    authorize(caller, writable, Error::KpiNotFound(kpi))
}

/// The KPI of a value that this caller may change.
async fn writable_of(tx: &mut Tx, caller: &Caller, id: KpiValueId) -> Result<WritableKpi, Error> {
    let writable = tx.writable_kpi_of(id, caller.user_id).await?;
    let writable = authorize(caller, writable, Error::KpiValueNotFound(id))?;
    writable.rules.check_active()?;
    Ok(writable)
}

/// A value, locked, in the version that the caller saw.
async fn seen(tx: &mut Tx, id: KpiValueId, etag: &ExpectedVersion) -> Result<LockedValue, Error> {
    let current = tx.lock_kpi_value(id).await?;
    let current = current.ok_or(Error::KpiValueNotFound(id))?;
    if etag.admits(current.version) {
        Ok(current)
    } else {
        Err(Error::EtagMismatch(current.version))
    }
}

/// Economists write for the circles they belong to, gatekeepers for all. Only the latter
/// are told that there is no such thing; to others it is as of another circle.
fn authorize(
    caller: &Caller,
    kpi: Option<WritableKpi>,
    not_found: Error,
) -> Result<WritableKpi, Error> {
    match kpi {
        Some(kpi) if caller.gatekeeper || kpi.caller_is_member => Ok(kpi),
        None if caller.gatekeeper => Err(not_found),
        _ => Err(Error::NotAMember),
    }
}

fn entry(caller: &Caller, kpi: &WritableKpi, activity: Activity) -> Entry {
    Entry {
        user: caller.user_id,
        kpi: kpi.id,
        circle: kpi.circle,
        activity,
    }
}

async fn stored(tx: &mut Tx, id: KpiValueId) -> Result<KpiValue, Error> {
    tx.kpi_value(id).await?.ok_or(Error::KpiValueNotFound(id))
}

async fn replace(
    tx: &mut Tx,
    entry: Entry,
    id: KpiValueId,
    old: Option<FiniteValue>,
    new: ValueContent,
) -> Result<KpiValue, Error> {
    let replaced = tx.set_kpi_value(id, &new, entry.user).await?;
    let change = ValueChange {
        value: id,
        period: replaced.period,
        old,
        new,
    };
    tx.log_value(entry, &change).await?;
    Ok(replaced)
}

/// Keeps the answer for a repetition of the call, commits and answers.
async fn finish(
    mut tx: Tx,
    caller: &Caller,
    request: Option<RequestKey>,
    answer: KpiValue,
) -> Result<KpiValue, Error> {
    if let Some(key) = &request {
        tx.keep_answer(caller.user_id, key, &answer).await?;
    }
    tx.commit().await?;
    Ok(answer)
}
