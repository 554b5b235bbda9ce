//! The types of kpi, which hold only valid values, and the rules between them. Nothing here waits,
//! reads a clock, or knows SQL or messages.

mod change;
mod current_value;
mod due_value;
mod field_change;
mod filters;
mod id;
mod inputs;
mod kpi;
mod limits;
mod number;
mod organisation_thresholds;
mod overview;
mod period;
mod period_range;
mod progress;
mod state;
mod state_counts;
mod sum;
mod target;
mod text;
mod unit;
mod value;

pub(crate) use kreis_service::expected_version::{ExpectedVersion, Version};

pub(crate) use change::{Activity, Change, ChangeDetail, ChangeHeader, ValueChange};
pub(crate) use current_value::{CurrentValue, OccupiedError, Replacement};
pub(crate) use due_value::{DueCursor, DueFilter, DueScope, DueValue, EndedPeriod, ended_periods};
pub(crate) use field_change::FieldChange;
pub(crate) use filters::{KpiCursor, KpiFilter, KpiScope, TimeFilter, ValueCursor};
pub(crate) use id::{CircleId, KpiId, KpiValueId, UserId};
pub(crate) use inputs::{
    CorrectKpiValue, CreateKpi, GetCircleProgress, GetKpiProgress, GetOverview, ListChanges,
    ListDueValues, ListKpiValues, ListKpis, MarkNothingToReport, RecordKpiValue, RemoveKpiTarget,
    RetractKpiValue, SetKpiActive, SetKpiTarget, SetStateThresholds, UpdateKpi,
};
pub(crate) use kpi::{
    Activation, Definition, FrozenField, Kpi, KpiName, KpiUpdate, NewKpi, Steward,
};
pub(crate) use limits::Limits;
pub(crate) use number::FiniteValue;
pub(crate) use organisation_thresholds::OrganisationThresholds;
pub(crate) use overview::{
    CircleOverview, KpiOverview, KpiWithValues, MAX_OVERVIEW_SIZE, OverviewFilter, SparklinePoint,
    overview,
};
pub(crate) use period::{MonthOfYear, Period, Periodicity, Year};
pub(crate) use period_range::{PeriodPreset, PeriodRange};
pub(crate) use progress::{
    CircleProgress, KpiProgress, ProgressPoint, ValueSeries, circle_progress, state_as_of,
};
pub(crate) use state::{
    Forecast, KpiState, KpiThresholds, NoStatementReason, PaceDistance, StateThresholds, threshold,
};
pub(crate) use state_counts::{Delivery, LastEnded, StateCounts};
pub(crate) use target::{Target, Targets};
pub(crate) use text::{Comment, Description, Reason};
pub(crate) use unit::{Unit, UnitKind};
pub(crate) use value::{
    Correction, KpiForValue, KpiValue, NewValue, NothingToReportMark, Person, ValueContent,
    ValuePage, ValueRuleError, ValueRules,
};
