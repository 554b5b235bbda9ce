//! The table that the import reads and the export writes: its columns, words and numbers.

mod column;
pub(crate) mod formula;
mod messages;
pub(crate) mod number;
mod number_cell;
mod server_kpi;
mod words;

use std::ops::RangeInclusive;

pub(crate) use column::Column;
pub(crate) use number_cell::NumberCell;
pub(crate) use server_kpi::{ServerKpi, ServerValue};
pub use words::Unit;
pub(crate) use words::{Content, Limits, Name, Period, Periodicity, Target, YesOrNo};

// Limits of the contract.
pub(crate) const MAX_CIRCLE_NAME: usize = 100;
pub(crate) const MAX_KPI_NAME: usize = 200;
pub(crate) const MAX_EMAIL: usize = 254;
pub(crate) const MAX_DESCRIPTION: usize = 2_000;
pub(crate) const MAX_COMMENT: usize = 1_000;
pub(crate) const MAX_VALUE: f64 = 1e15;
pub(crate) const YEARS: RangeInclusive<i32> = 1900..=2200;
