//! Requests for pages of lists, and their page tokens.

use kreis_chassis::{page, status::Violations};
use kreis_proto::kpi::v1::{
    self as proto, ListChangesRequest, ListKpiValuesRequest, ListKpisRequest,
    list_changes_request::Scope as ChangeScope,
    list_kpi_values_request::{Scope as ValueScope, Time},
};
use tonic::Status;

use super::super::fields::{self, Page, UnknownEnumValue};
use crate::model::{
    ChangeCursor, CircleId, KpiCursor, KpiFilter, KpiId, KpiScope, MonthRange, PeriodPreset,
    PeriodRange, RangeError, TimeFilter, ValueCursor,
};

const KPIS: &str = "ListKpis";
const VALUES: &str = "ListKpiValues";
const CHANGES: &str = "ListChanges";

/// A request for a page of KPIs.
#[derive(Debug)]
pub(crate) struct KpiList {
    /// Which KPIs.
    pub filter: KpiFilter,
    /// Which page.
    pub page: Page<KpiCursor>,
}

/// The token of the next page; empty if there is none.
pub(crate) fn kpi_token(filter: KpiFilter, next: Option<&KpiCursor>) -> String {
    next.map_or_else(String::new, |cursor| page::token(KPIS, &filter, cursor))
}

/// Decodes a request for KPIs.
pub(crate) fn kpi_list(message: &ListKpisRequest) -> Result<KpiList, Status> {
    let mut violations = Violations::default();
    let filter = KpiFilter {
        circle: message
            .circle_id
            .and_then(|id| violations.check("circle_id", CircleId::parse(id))),
        active: message.active,
    };
    let page = fields::page(
        &mut violations,
        KPIS,
        Some(&filter),
        message.page_size,
        &message.page_token,
        KpiCursor::validate,
    );
    violations.finish(page.map(|page| KpiList { filter, page }))
}

/// A request for a page of values.
#[derive(Debug)]
pub(crate) struct ValueList {
    /// Which values.
    pub scope: KpiScope,
    /// Which months.
    pub span: TimeFilter,
    /// Which page.
    pub page: Page<ValueCursor>,
}

/// The token of the next page; empty if there is none.
pub(crate) fn value_token(scope: KpiScope, span: TimeFilter, next: Option<&ValueCursor>) -> String {
    next.map_or_else(String::new, |cursor| {
        page::token(VALUES, &(scope, span), cursor)
    })
}

/// Decodes a request for values.
pub(crate) fn value_list(message: &ListKpiValuesRequest) -> Result<ValueList, Status> {
    let mut violations = Violations::default();
    let scope = match message.scope {
        None => Some(KpiScope::All),
        Some(ValueScope::CircleId(id)) => circle_scope(&mut violations, id),
        Some(ValueScope::KpiId(id)) => kpi_scope(&mut violations, id),
    };
    let span = match message.time {
        None => Some(TimeFilter::All),
        Some(Time::Preset(number)) => violations
            .check("preset", preset(number))
            .map(TimeFilter::Preset),
        Some(Time::Range(message)) => range(&mut violations, message).map(TimeFilter::Range),
    };
    let parameters = scope.zip(span);
    let page = fields::page(
        &mut violations,
        VALUES,
        parameters.as_ref(),
        message.page_size,
        &message.page_token,
        ValueCursor::validate,
    );
    let parsed = parameters.zip(page);
    violations.finish(parsed.map(|((scope, span), page)| ValueList { scope, span, page }))
}

/// A request for a page of changes.
#[derive(Debug)]
pub(crate) struct ChangeList {
    /// Which changes.
    pub scope: KpiScope,
    /// The months in which they were made.
    pub months: MonthRange,
    /// Which page.
    pub page: Page<ChangeCursor>,
}

/// The token of the next page; empty if there is none.
pub(crate) fn change_token(
    scope: KpiScope,
    months: MonthRange,
    next: Option<&ChangeCursor>,
) -> String {
    next.map_or_else(String::new, |cursor| {
        page::token(CHANGES, &(scope, months), cursor)
    })
}

/// Decodes a request for changes.
pub(crate) fn change_list(message: &ListChangesRequest) -> Result<ChangeList, Status> {
    let mut violations = Violations::default();
    let scope = match message.scope {
        None => Some(KpiScope::All),
        Some(ChangeScope::CircleId(id)) => circle_scope(&mut violations, id),
        Some(ChangeScope::KpiId(id)) => kpi_scope(&mut violations, id),
    };
    let from = message
        .from
        .and_then(|from| fields::month(&mut violations, "from", from));
    let to = message
        .to
        .and_then(|to| fields::month(&mut violations, "to", to));
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        violations.add("to", RangeError.to_string());
    }
    let parameters = scope.map(|scope| (scope, MonthRange { from, to }));
    let page = fields::page(
        &mut violations,
        CHANGES,
        parameters.as_ref(),
        message.page_size,
        &message.page_token,
        ChangeCursor::validate,
    );
    let parsed = parameters.zip(page);
    violations.finish(parsed.map(|((scope, months), page)| ChangeList {
        scope,
        months,
        page,
    }))
}

fn circle_scope(violations: &mut Violations, id: i64) -> Option<KpiScope> {
    violations
        .check("circle_id", CircleId::parse(id))
        .map(KpiScope::Circle)
}

fn kpi_scope(violations: &mut Violations, id: i64) -> Option<KpiScope> {
    violations
        .check("kpi_id", KpiId::parse(id))
        .map(KpiScope::Kpi)
}

fn range(violations: &mut Violations, message: proto::PeriodRange) -> Option<PeriodRange> {
    let from = fields::required_period(violations, "range.from", message.from);
    let to = fields::required_period(violations, "range.to", message.to);
    violations.check("range.to", PeriodRange::new(from?, to?))
}

fn preset(number: i32) -> Result<PeriodPreset, UnknownEnumValue> {
    match proto::PeriodPreset::try_from(number) {
        Ok(proto::PeriodPreset::ThisMonth) => Ok(PeriodPreset::ThisMonth),
        Ok(proto::PeriodPreset::LastMonth) => Ok(PeriodPreset::LastMonth),
        Ok(proto::PeriodPreset::ThisQuarter) => Ok(PeriodPreset::ThisQuarter),
        Ok(proto::PeriodPreset::LastQuarter) => Ok(PeriodPreset::LastQuarter),
        Ok(proto::PeriodPreset::ThisYear) => Ok(PeriodPreset::ThisYear),
        Ok(proto::PeriodPreset::LastYear) => Ok(PeriodPreset::LastYear),
        Ok(proto::PeriodPreset::Unspecified) | Err(_) => Err(UnknownEnumValue),
    }
}
