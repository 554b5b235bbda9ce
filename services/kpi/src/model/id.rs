//! Ids of what kpi owns, and of users and circles.

use kreis_server::id::Id;
pub(crate) use kreis_server::id::{CircleId, UserId};

/// Id of a KPI.
pub(crate) type KpiId = Id<OfKpi>;
/// Id of a value.
pub(crate) type KpiValueId = Id<OfKpiValue>;

/// Type parameter of KPI ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum OfKpi {}

/// Type parameter of value ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum OfKpiValue {}
