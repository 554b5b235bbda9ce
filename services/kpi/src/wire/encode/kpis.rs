//! KPIs and their progress as messages.

use kreis_proto::kpi::v1 as proto;
use kreis_server::timestamps::to_timestamp;
use kreis_service::page::Page;

use super::fields::{
    count, limits, month, period, periodicity, person, state, target, thresholds, unit,
};
use crate::model::{
    CircleProgress, Kpi, KpiProgress, OrganisationThresholds, Period, ProgressPoint,
    StateThresholds,
};

pub(crate) fn list_kpis(page: Page<Kpi>) -> proto::ListKpisResponse {
    proto::ListKpisResponse {
        next_page_token: page.next_token(Kpi::cursor),
        kpis: page.items.into_iter().map(message).collect(),
    }
}

pub(crate) fn get_kpi(kpi: Kpi) -> proto::GetKpiResponse {
    proto::GetKpiResponse {
        kpi: Some(message(kpi)),
    }
}

pub(crate) fn create_kpi(kpi: Kpi) -> proto::CreateKpiResponse {
    proto::CreateKpiResponse {
        kpi: Some(message(kpi)),
    }
}

pub(crate) fn update_kpi(kpi: Kpi) -> proto::UpdateKpiResponse {
    proto::UpdateKpiResponse {
        kpi: Some(message(kpi)),
    }
}

pub(crate) fn set_kpi_target(kpi: Kpi) -> proto::SetKpiTargetResponse {
    proto::SetKpiTargetResponse {
        kpi: Some(message(kpi)),
    }
}

pub(crate) fn remove_kpi_target(kpi: Kpi) -> proto::RemoveKpiTargetResponse {
    proto::RemoveKpiTargetResponse {
        kpi: Some(message(kpi)),
    }
}

pub(crate) fn activate_kpi(kpi: Kpi) -> proto::ActivateKpiResponse {
    proto::ActivateKpiResponse {
        kpi: Some(message(kpi)),
    }
}

pub(crate) fn deactivate_kpi(kpi: Kpi) -> proto::DeactivateKpiResponse {
    proto::DeactivateKpiResponse {
        kpi: Some(message(kpi)),
    }
}

pub(crate) fn get_kpi_progress(progress: KpiProgress) -> proto::GetKpiProgressResponse {
    let holding = progress.thresholds;
    let (state, no_statement_reason) = state(progress.state);
    proto::GetKpiProgressResponse {
        points: progress
            .points
            .into_iter()
            .map(|each| point(each, holding))
            .collect(),
        state,
        no_statement_reason,
        state_thresholds: Some(thresholds(holding)),
    }
}

/// The progress of a circle as of a month.
pub(crate) fn get_circle_progress(
    as_of: Period,
    circle: &CircleProgress,
) -> proto::GetCircleProgressResponse {
    proto::GetCircleProgressResponse {
        progress: circle.progress,
        with_progress_count: Some(count(circle.with_progress)),
        active_count: Some(count(circle.active)),
        oldest_period: circle.oldest_period.map(period),
        as_of: Some(month(as_of)),
    }
}

/// A KPI with its targets.
pub(super) fn message(kpi: Kpi) -> proto::Kpi {
    let definition = kpi.definition;
    proto::Kpi {
        id: kpi.id.get(),
        circle_id: definition.circle.get(),
        circle_name: kpi.circle_name,
        name: definition.name.as_str().to_owned(),
        periodicity: periodicity(definition.periodicity).into(),
        unit: unit(definition.unit).into(),
        limits: Some(limits(definition.limits)),
        targets: kpi.targets.iter().map(target).collect(),
        active: kpi.active,
        create_time: Some(to_timestamp(kpi.create_time)),
        update_time: Some(to_timestamp(kpi.update_time)),
        etag: kpi.version.etag(),
        description: definition.description.as_str().to_owned(),
        steward: kpi.steward.map(person),
        state_thresholds: definition.thresholds.own().map(thresholds),
    }
}

/// The progress of a KPI at one period, with the state by these thresholds.
pub(super) fn point(point: ProgressPoint, thresholds: StateThresholds) -> proto::ProgressPoint {
    let (state, no_statement_reason) = state(thresholds.state(point.distance));
    proto::ProgressPoint {
        period: Some(period(point.period)),
        value: Some(point.value.into()),
        sum: point.sum,
        progress: point.progress,
        performance: point.performance,
        missing_periods: point.missing.into_iter().map(period).collect(),
        target: point.target.as_ref().map(target),
        state,
        no_statement_reason,
        pace_distance: point.distance.ok().map(|distance| proto::PaceDistance {
            pace: Some(distance.pace),
            amount: Some(distance.amount),
            points: Some(distance.points),
        }),
        forecast: point.forecast.map(|forecast| proto::Forecast {
            low: Some(forecast.low),
            high: Some(forecast.high),
        }),
    }
}

pub(crate) fn get_state_thresholds(
    found: OrganisationThresholds,
) -> proto::GetStateThresholdsResponse {
    proto::GetStateThresholdsResponse {
        organisation_thresholds: Some(organisation_thresholds(found)),
    }
}

pub(crate) fn set_state_thresholds(
    set: OrganisationThresholds,
) -> proto::SetStateThresholdsResponse {
    proto::SetStateThresholdsResponse {
        organisation_thresholds: Some(organisation_thresholds(set)),
    }
}

fn organisation_thresholds(found: OrganisationThresholds) -> proto::OrganisationThresholds {
    proto::OrganisationThresholds {
        state_thresholds: Some(thresholds(found.thresholds)),
        set_by: found.set_by.map(person),
        set_time: Some(to_timestamp(found.set_time)),
        etag: found.version.etag(),
    }
}
