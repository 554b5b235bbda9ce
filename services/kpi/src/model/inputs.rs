//! What the use cases take, each named after its RPC.

use chrono::NaiveDate;
use kreis_service::{
    expected_version::ExpectedVersion,
    idempotency::RequestKey,
    month::MonthRange,
    page::{PageRequest, TimeCursor},
};

use super::{
    CircleId, Correction, DueCursor, DueFilter, KpiCursor, KpiFilter, KpiId, KpiScope, KpiUpdate,
    KpiValueId, NewKpi, NewValue, NothingToReportMark, OverviewFilter, Period, PeriodRange,
    StateThresholds, Target, TimeFilter, ValueCursor, Year,
};

/// A page of KPIs.
#[derive(Debug)]
pub(crate) struct ListKpis {
    /// Which KPIs.
    pub filter: KpiFilter,
    /// Which page.
    pub page: PageRequest<KpiCursor>,
}

/// A KPI to create.
#[derive(Debug)]
pub(crate) struct CreateKpi {
    /// The KPI.
    pub new: NewKpi,
    /// Absent if the call cannot be repeated.
    pub key: Option<RequestKey>,
}

/// A change of a KPI's definition.
#[derive(Debug)]
pub(crate) struct UpdateKpi {
    /// The KPI.
    pub id: KpiId,
    /// What to change.
    pub update: KpiUpdate,
    /// The version that the caller saw.
    pub expected: ExpectedVersion,
}

/// A baseline and target to set.
#[derive(Debug)]
pub(crate) struct SetKpiTarget {
    /// The KPI.
    pub id: KpiId,
    /// Baseline and target, with their first year.
    pub target: Target,
    /// The version that the caller saw.
    pub expected: ExpectedVersion,
}

/// A baseline and target to remove.
#[derive(Debug)]
pub(crate) struct RemoveKpiTarget {
    /// The KPI.
    pub id: KpiId,
    /// The year with which they begin.
    pub from_year: Year,
    /// The version that the caller saw.
    pub expected: ExpectedVersion,
}

/// A KPI to activate or to deactivate.
#[derive(Debug)]
pub(crate) struct SetKpiActive {
    /// The KPI.
    pub id: KpiId,
    /// Whether it takes values from now on.
    pub active: bool,
    /// The version that the caller saw.
    pub expected: ExpectedVersion,
}

/// The organisation's thresholds to set.
#[derive(Debug)]
pub(crate) struct SetStateThresholds {
    /// The thresholds.
    pub thresholds: StateThresholds,
    /// The version that the caller saw.
    pub expected: ExpectedVersion,
}

/// The progress of a KPI.
#[derive(Debug)]
pub(crate) struct GetKpiProgress {
    /// The KPI.
    pub id: KpiId,
    /// Which periods.
    pub range: PeriodRange,
}

/// The progress of a circle.
#[derive(Debug)]
pub(crate) struct GetCircleProgress {
    /// The circle.
    pub circle: CircleId,
    /// The month up to which values count; absent for the current one.
    pub as_of: Option<Period>,
}

/// An overview of circles and their KPIs.
#[derive(Debug)]
pub(crate) struct GetOverview {
    /// Which circles and KPIs.
    pub filter: OverviewFilter,
    /// The month up to which values count; absent for the current one.
    pub as_of: Option<Period>,
    /// The day to compare with.
    pub since: Option<NaiveDate>,
}

/// A page of values.
#[derive(Debug)]
pub(crate) struct ListKpiValues {
    /// Whose values.
    pub scope: KpiScope,
    /// Which months.
    pub time: TimeFilter,
    /// Which page.
    pub page: PageRequest<ValueCursor>,
}

/// A page of due values.
#[derive(Debug)]
pub(crate) struct ListDueValues {
    /// Which due values.
    pub filter: DueFilter,
    /// Which page.
    pub page: PageRequest<DueCursor>,
}

/// A value to record.
#[derive(Debug)]
pub(crate) struct RecordKpiValue {
    /// The value.
    pub new: NewValue,
    /// What the caller saw in the period.
    pub expected: ExpectedVersion,
    /// Absent if the call cannot be repeated.
    pub key: Option<RequestKey>,
}

/// A value to correct.
#[derive(Debug)]
pub(crate) struct CorrectKpiValue {
    /// The value.
    pub id: KpiValueId,
    /// The new number and comment.
    pub correction: Correction,
    /// The version that the caller saw.
    pub expected: ExpectedVersion,
    /// Absent if the call cannot be repeated.
    pub key: Option<RequestKey>,
}

/// A value to retract.
#[derive(Debug)]
pub(crate) struct RetractKpiValue {
    /// The value.
    pub id: KpiValueId,
    /// The version that the caller saw.
    pub expected: ExpectedVersion,
    /// Absent if the call cannot be repeated.
    pub key: Option<RequestKey>,
}

/// A period to mark as having nothing to report.
#[derive(Debug)]
pub(crate) struct MarkNothingToReport {
    /// The period and the reason.
    pub mark: NothingToReportMark,
    /// What the caller saw in the period.
    pub expected: ExpectedVersion,
    /// Absent if the call cannot be repeated.
    pub key: Option<RequestKey>,
}

/// A page of changes.
#[derive(Debug)]
pub(crate) struct ListChanges {
    /// Whose changes.
    pub scope: KpiScope,
    /// The months in which they were made.
    pub months: MonthRange,
    /// Which page.
    pub page: PageRequest<TimeCursor>,
}
