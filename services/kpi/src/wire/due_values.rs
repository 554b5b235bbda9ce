//! Due values as messages.

use kreis_proto::{kpi::v1 as proto, org::v1::Date};

use super::answers::{limits, period, periodicity, unit};
use crate::model::{DueValue, Period};

/// A period without a value.
pub(crate) fn due_value(due: DueValue) -> proto::DueValue {
    proto::DueValue {
        kpi_id: due.kpi.get(),
        kpi_name: due.kpi_name.as_str().to_owned(),
        circle_id: due.circle.get(),
        circle_name: due.circle_name,
        periodicity: periodicity(due.periodicity).into(),
        unit: unit(due.unit).into(),
        limits: Some(limits(due.limits)),
        period: Some(period(due.period)),
        due_since: Some(first_day(due.period.plus_months(1))),
        previous_value: due.previous.map(f64::from),
        last_year_value: due.last_year.map(f64::from),
    }
}

fn first_day(month: Period) -> Date {
    Date {
        year: month.year.into(),
        month: month.month.into(),
        day: 1,
    }
}
