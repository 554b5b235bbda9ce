//! Recording, correcting and retracting values.

use kreis_server::token::Caller;
use kreis_service::{
    idempotency::{self, FirstCall, Response},
    page::Page,
};

use super::transaction::begin;
use crate::{
    error::Error,
    model::{
        Activity, ChangeHeader, CorrectKpiValue, CurrentValue, ExpectedVersion, FiniteValue,
        KpiForValue, KpiId, KpiValue, KpiValueId, ListKpiValues, MarkNothingToReport, Period,
        PeriodRange, RecordKpiValue, Replacement, RetractKpiValue, TimeFilter, ValueChange,
        ValueContent, ValueCursor, ValuePage,
    },
    store::{Store, Tx},
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

/// A page of values by period, and the range of the list.
pub(crate) async fn list(store: &Store, list: &ListKpiValues) -> Result<ValuePage, Error> {
    let after = match list.page.after {
        Some(cursor) => cursor,
        None => ValueCursor::start_of(range_of(store, list.time).await?),
    };
    let to = after.range.map_or(Period::LAST, PeriodRange::to);
    let limit = list.page.row_limit();
    let found = store.kpi_values(list.scope, after, to, limit).await?;
    Ok(ValuePage {
        page: Page::from_rows(found, &list.page),
        range: after.range,
    })
}

/// Records the value of a period.
pub(crate) async fn record<M: Response>(
    store: &Store,
    caller: &Caller,
    RecordKpiValue { new, expected, key }: RecordKpiValue,
    respond: fn(KpiValue) -> M,
) -> Result<M, Error> {
    let mut tx = begin(store, caller).await?;
    if let Some(first) = idempotency::first_call(&mut tx, caller.user_id, key.as_ref()).await? {
        return repeated(&mut tx, first, respond).await;
    }
    let kpi = lock_kpi(&mut tx, caller, new.kpi).await?;
    let today = kpi.zone.today();
    kpi.rules
        .check_new(new.period, new.value, new.seen_unit, today)?;
    let header = header(caller, &kpi, Activity::Recorded);
    let content = ValueContent::Number(new.value, new.comment);
    let recorded = fill(&mut tx, header, new.period, content, expected).await?;
    let kept = idempotency::keep_and_commit(tx, caller.user_id, key.as_ref(), respond(recorded));
    Ok(kept.await?)
}

/// Replaces the number of a value, its comment, or both. The same of both
/// changes nothing.
pub(crate) async fn correct<M: Response>(
    store: &Store,
    caller: &Caller,
    CorrectKpiValue {
        id,
        correction,
        expected,
        key,
    }: CorrectKpiValue,
    respond: fn(KpiValue) -> M,
) -> Result<M, Error> {
    let mut tx = begin(store, caller).await?;
    if let Some(first) = idempotency::first_call(&mut tx, caller.user_id, key.as_ref()).await? {
        return repeated(&mut tx, first, respond).await;
    }
    let kpi = lock_kpi_of(&mut tx, caller, id).await?;
    // Before the version: what another person has entered is in the unit of now.
    kpi.rules.allow_unit(correction.seen_unit)?;
    let current = lock_expected(&mut tx, id, expected).await?;
    let (old, recorded_comment) = match &current.content {
        ValueContent::Number(old, recorded_comment) => (*old, recorded_comment),
        ValueContent::Nothing(_) => return Err(Error::NothingToReport),
        ValueContent::Retracted => return Err(Error::ValueRetracted),
    };
    kpi.rules.check_limits(correction.value)?;
    let comment = correction
        .comment
        .unwrap_or_else(|| recorded_comment.clone());
    let new = ValueContent::Number(correction.value, comment);
    let corrected = if current.content == new {
        read_back(&mut tx, id).await?
    } else {
        let header = header(caller, &kpi, Activity::Corrected);
        replace(&mut tx, header, id, Some(old), new).await?
    };
    let kept = idempotency::keep_and_commit(tx, caller.user_id, key.as_ref(), respond(corrected));
    Ok(kept.await?)
}

/// Takes a value back. A second time changes nothing.
pub(crate) async fn retract<M: Response>(
    store: &Store,
    caller: &Caller,
    RetractKpiValue { id, expected, key }: RetractKpiValue,
    respond: fn(KpiValue) -> M,
) -> Result<M, Error> {
    let mut tx = begin(store, caller).await?;
    if let Some(first) = idempotency::first_call(&mut tx, caller.user_id, key.as_ref()).await? {
        return repeated(&mut tx, first, respond).await;
    }
    let kpi = lock_kpi_of(&mut tx, caller, id).await?;
    let current = lock_expected(&mut tx, id, expected).await?;
    let retracted = if current.content == ValueContent::Retracted {
        read_back(&mut tx, id).await?
    } else {
        let header = header(caller, &kpi, Activity::Retracted);
        let old = current.content.number();
        replace(&mut tx, header, id, old, ValueContent::Retracted).await?
    };
    let kept = idempotency::keep_and_commit(tx, caller.user_id, key.as_ref(), respond(retracted));
    Ok(kept.await?)
}

/// Marks a blank period as having nothing to report. The same reason a second
/// time changes nothing.
pub(crate) async fn mark_nothing_to_report<M: Response>(
    store: &Store,
    caller: &Caller,
    MarkNothingToReport {
        mark,
        expected,
        key,
    }: MarkNothingToReport,
    respond: fn(KpiValue) -> M,
) -> Result<M, Error> {
    let mut tx = begin(store, caller).await?;
    if let Some(first) = idempotency::first_call(&mut tx, caller.user_id, key.as_ref()).await? {
        return repeated(&mut tx, first, respond).await;
    }
    let kpi = lock_kpi(&mut tx, caller, mark.kpi).await?;
    let today = kpi.zone.today();
    kpi.rules.check_nothing_to_report(mark.period, today)?;
    let header = header(caller, &kpi, Activity::NothingToReport);
    let content = ValueContent::Nothing(mark.reason);
    let marked = fill(&mut tx, header, mark.period, content, expected).await?;
    let kept = idempotency::keep_and_commit(tx, caller.user_id, key.as_ref(), respond(marked));
    Ok(kept.await?)
}

/// The response to a repeated call.
async fn repeated<M>(
    tx: &mut Tx,
    first: FirstCall<M>,
    respond: fn(KpiValue) -> M,
) -> Result<M, Error> {
    match first {
        FirstCall::Response(response) => Ok(response),
        FirstCall::Former(id) => Ok(respond(read_back(tx, KpiValueId::stored(id)).await?)),
    }
}

/// A KPI for which this caller may write.
async fn lock_kpi(tx: &mut Tx, caller: &Caller, id: KpiId) -> Result<KpiForValue, Error> {
    let kpi = tx.lock_kpi_for_value(id, caller.user_id).await?;
    authorize(caller, kpi, Error::KpiNotFound(id))
}

/// The KPI of a value that this caller may change.
async fn lock_kpi_of(tx: &mut Tx, caller: &Caller, id: KpiValueId) -> Result<KpiForValue, Error> {
    let kpi = tx.lock_kpi_of_value(id, caller.user_id).await?;
    let kpi = authorize(caller, kpi, Error::KpiValueNotFound(id))?;
    kpi.rules.check_active()?;
    Ok(kpi)
}

/// A value, locked, in the version that the caller saw.
async fn lock_expected(
    tx: &mut Tx,
    id: KpiValueId,
    expected: ExpectedVersion,
) -> Result<CurrentValue, Error> {
    let current = tx.lock_kpi_value(id).await?;
    let current = current.ok_or(Error::KpiValueNotFound(id))?;
    expected.check(current.version)?;
    Ok(current)
}

/// Economists may write for their own circles, gatekeepers for all circles. Only a gatekeeper learns
/// that the KPI or the value does not exist. Other callers get the refusal for another circle.
fn authorize(
    caller: &Caller,
    kpi: Option<KpiForValue>,
    not_found: Error,
) -> Result<KpiForValue, Error> {
    match kpi {
        Some(kpi) if caller.gatekeeper || kpi.caller_is_member => Ok(kpi),
        None if caller.gatekeeper => Err(not_found),
        _ => Err(Error::NotAMember),
    }
}

fn header(caller: &Caller, kpi: &KpiForValue, activity: Activity) -> ChangeHeader {
    ChangeHeader {
        user: caller.user_id,
        kpi: kpi.id,
        circle: kpi.circle,
        activity,
    }
}

async fn read_back(tx: &mut Tx, id: KpiValueId) -> Result<KpiValue, Error> {
    tx.kpi_value(id).await?.ok_or(Error::KpiValueNotFound(id))
}

/// Sets the content of a period that has no number, if the caller expects the present content.
async fn fill(
    tx: &mut Tx,
    header: ChangeHeader,
    period: Period,
    new: ValueContent,
    expected: ExpectedVersion,
) -> Result<KpiValue, Error> {
    let inserted = tx.insert_kpi_value(header, period, &new).await?;
    let Some(inserted) = inserted else {
        // Values are never deleted, so the value that was there still is.
        let current = tx.lock_kpi_value_at(header.kpi, period).await?;
        return match current.replaced_by(&new, expected)? {
            Replacement::Unchanged => read_back(tx, current.id).await,
            Replacement::Replace => replace(tx, header, current.id, None, new).await,
        };
    };
    let change = ValueChange {
        value: inserted.id,
        period,
        old: None,
        new,
    };
    tx.append_value_change(header, &change).await?;
    Ok(inserted)
}

async fn replace(
    tx: &mut Tx,
    header: ChangeHeader,
    id: KpiValueId,
    old: Option<FiniteValue>,
    new: ValueContent,
) -> Result<KpiValue, Error> {
    let replaced = tx.set_kpi_value(id, &new, header.user).await?;
    let change = ValueChange {
        value: id,
        period: replaced.period,
        old,
        new,
    };
    tx.append_value_change(header, &change).await?;
    Ok(replaced)
}
