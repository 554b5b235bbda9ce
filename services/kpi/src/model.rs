//! The types of kpi, which hold only valid values, and the rules between them. Nothing here waits,
//! reads a clock, or knows SQL or messages.

mod change;
mod due_value;
mod error;
mod id;
mod kpi;
mod limits;
mod list;
mod number;
mod overview;
mod period;
mod progress;
mod request;
mod span;
mod sum;
mod target;
mod text;
mod unit;
mod value;

pub(crate) use change::{Activity, Change, Detail, FieldChange, ValueChange};
pub(crate) use due_value::{DueCursor, DueFilter, DueScope, DueValue, EndedPeriod, ended_periods};
pub(crate) use error::{Error, FrozenField, MAX_NAMED_PERIODS, listed};
pub(crate) use id::{CircleId, KpiId, KpiValueId, UserId};
pub(crate) use kpi::{Activation, Definition, Kpi, KpiName, KpiUpdate, NewKpi, Steward};
pub(crate) use limits::Limits;
pub(crate) use list::{ChangeCursor, KpiCursor, KpiFilter, Months, Scope, Span, ValueCursor};
pub(crate) use number::FiniteValue;
pub(crate) use overview::{
    CircleOverview, KpiOverview, MAX_OVERVIEW_SIZE, OverviewFilter, overview,
};
pub(crate) use period::{Month, Period, Periodicity, Year};
pub(crate) use progress::{CircleProgress, Point, Series, circle_progress};
pub(crate) use request::{Etag, RequestKey, Version};
pub(crate) use span::{PeriodPreset, PeriodRange, RangeError};
pub(crate) use target::{Target, Targets};
pub(crate) use text::{Comment, Description, Reason};
pub(crate) use unit::{Kind, Unit};
pub(crate) use value::{Content, Correction, KpiValue, NewMark, NewValue, Person, ValueRules};
