//! Overviews as messages.

use kreis_proto::kpi::v1 as proto;

use super::{
    fields::{count, month, period, state},
    kpis::{self, point},
};
use crate::model::{CircleOverview, Delivery, KpiOverview, Period, SparklinePoint, StateCounts};

/// The overview of circles and their KPIs.
pub(crate) fn get_overview(
    as_of: Period,
    circles: Vec<CircleOverview>,
) -> proto::GetOverviewResponse {
    let all = circles.iter().fold(StateCounts::default(), |sum, circle| {
        sum.plus(circle.counts)
    });
    proto::GetOverviewResponse {
        state_counts: Some(state_counts(all)),
        circles: circles.into_iter().map(circle_overview).collect(),
        as_of: Some(month(as_of)),
    }
}

fn circle_overview(circle: CircleOverview) -> proto::CircleOverview {
    proto::CircleOverview {
        circle_id: circle.id.get(),
        name: circle.name,
        progress: circle.progress.progress,
        with_progress_count: Some(count(circle.progress.with_progress)),
        active_count: Some(count(circle.progress.active)),
        oldest_period: circle.progress.oldest_period.map(period),
        kpis: circle.kpis.into_iter().map(kpi_overview).collect(),
        state_counts: Some(state_counts(circle.counts)),
    }
}

fn state_counts(counts: StateCounts) -> proto::StateCounts {
    proto::StateCounts {
        on_track_count: Some(count(counts.on_track)),
        slightly_behind_count: Some(count(counts.slightly_behind)),
        behind_count: Some(count(counts.behind)),
        no_statement_count: Some(count(counts.no_statement)),
        coverage: counts.coverage(),
        due_count: Some(count(counts.due)),
        delivered_count: Some(count(counts.delivered)),
    }
}

fn kpi_overview(overview: KpiOverview) -> proto::KpiOverview {
    let thresholds = overview.thresholds;
    let (state, no_statement_reason) = state(overview.state);
    proto::KpiOverview {
        kpi: Some(kpis::message(overview.kpi)),
        newest: overview.newest.map(|newest| point(newest, thresholds)),
        state,
        no_statement_reason,
        missing_period: match overview.delivery {
            Delivery::Missing(missing) => Some(period(missing)),
            Delivery::Delivered | Delivery::NotDue => None,
        },
        previous_value: overview.previous.map(f64::from),
        last_year_value: overview.last_year.map(f64::from),
        sparkline: overview
            .sparkline
            .into_iter()
            .map(sparkline_point)
            .collect(),
    }
}

fn sparkline_point(point: SparklinePoint) -> proto::SparklinePoint {
    let (state, _) = point.state.map(state).unwrap_or_default();
    proto::SparklinePoint {
        period: Some(period(point.period)),
        value: point.value.map(f64::from),
        state,
        distance_points: point.distance_points,
        nothing_to_report: point.nothing_to_report,
    }
}
