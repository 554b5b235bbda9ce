//! Progress of KPIs and circles.

use crate::{
    error::Error,
    model::{
        CircleProgress, GetCircleProgress, GetKpiProgress, Period, ProgressPoint, circle_progress,
    },
    store::Store,
};

/// The points of a KPI in a range. They are computed from all values, also from those before the
/// range.
pub(crate) async fn of_kpi(
    store: &Store,
    GetKpiProgress { id, range }: GetKpiProgress,
) -> Result<Vec<ProgressPoint>, Error> {
    let series = store
        .series_of_kpi(id)
        .await?
        .ok_or(Error::KpiNotFound(id))?;
    let mut points = series.points();
    points.retain(|point| range.contains(point.period));
    Ok(points)
}

/// Progress of a circle as of a month. Without a month: the current one.
pub(crate) async fn of_circle(
    store: &Store,
    GetCircleProgress { circle, as_of }: GetCircleProgress,
) -> Result<(Period, CircleProgress), Error> {
    let as_of = resolve_month(store, as_of).await?;
    let series = store
        .series_of_circle(circle, as_of)
        .await?
        .ok_or(Error::CircleNotFound(circle))?;
    Ok((as_of, circle_progress(&series)))
}

/// The given month, or else the current one.
pub(super) async fn resolve_month(store: &Store, as_of: Option<Period>) -> Result<Period, Error> {
    Ok(match as_of {
        Some(month) => month,
        None => Period::of(store.zone().await?.today()),
    })
}
