//! Progress of KPIs and circles.

use crate::{
    error::Error,
    model::{
        CircleProgress, GetCircleProgress, GetKpiProgress, KpiProgress, Period, circle_progress,
        state_as_of,
    },
    store::Store,
};

/// The points of a KPI in a range, and its state as of the current month, or as of the end of the
/// range if that is earlier. They are computed from all values, also from those before the range.
pub(crate) async fn of_kpi(
    store: &Store,
    GetKpiProgress { id, range }: GetKpiProgress,
) -> Result<KpiProgress, Error> {
    let as_of = resolve_month(store, None).await?.min(range.to());
    let (series, thresholds) = store
        .series_of_kpi(id)
        .await?
        .ok_or(Error::KpiNotFound(id))?;
    let mut points = series.points();
    let until = points.partition_point(|point| point.period <= as_of);
    let state = state_as_of(&points[..until], as_of, thresholds);
    points.retain(|point| range.contains(point.period));
    Ok(KpiProgress {
        points,
        state,
        thresholds,
    })
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
    Ok((as_of, circle_progress(&series, as_of)))
}

/// The given month, or else the current one.
async fn resolve_month(store: &Store, as_of: Option<Period>) -> Result<Period, Error> {
    Ok(match as_of {
        Some(month) => month,
        None => Period::of(store.zone().await?.today()),
    })
}
