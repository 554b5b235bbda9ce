//! Due values as messages.

use kreis_proto::{kpi::v1 as proto, org::v1::Date};
use kreis_service::page::Page;

use super::fields::{limits, period, periodicity, unit};
use crate::model::{DueValue, Period};

pub(crate) fn list_due_values(page: Page<DueValue>) -> proto::ListDueValuesResponse {
    proto::ListDueValuesResponse {
        next_page_token: page.next_token(DueValue::cursor),
        due_values: page.items.into_iter().map(message).collect(),
    }
}

/// A period without a value.
fn message(due: DueValue) -> proto::DueValue {
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
