//! Overviews as messages.

use kreis_proto::kpi::v1 as proto;

use super::{
    fields::{count, month, period},
    kpis::{self, point},
};
use crate::model::{CircleOverview, KpiOverview, Period};

/// The overview of circles and their KPIs.
pub(crate) fn get_overview(
    as_of: Period,
    circles: Vec<CircleOverview>,
) -> proto::GetOverviewResponse {
    proto::GetOverviewResponse {
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
    }
}

fn kpi_overview(overview: KpiOverview) -> proto::KpiOverview {
    proto::KpiOverview {
        kpi: Some(kpis::message(overview.kpi)),
        newest: overview.newest.map(point),
        previous_value: overview.previous.map(f64::from),
        last_year_value: overview.last_year.map(f64::from),
        sparkline: overview
            .sparkline
            .into_iter()
            .map(|(month, value)| proto::SparklinePoint {
                period: Some(period(month)),
                value: value.map(f64::from),
            })
            .collect(),
    }
}
