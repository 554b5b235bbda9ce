//! The overview of circles and their KPIs.

use crate::{
    domain::progress::resolve_month,
    error::Error,
    model::{CircleOverview, GetOverview, MAX_OVERVIEW_SIZE, Period, overview},
    store::Store,
};

/// The chosen circles with their KPIs, as of a month. Without a month: the current one.
pub(crate) async fn get(
    store: &Store,
    GetOverview { filter, as_of }: GetOverview,
) -> Result<(Period, Vec<CircleOverview>), Error> {
    let as_of = resolve_month(store, as_of).await?;
    let circles = store
        .circles_with_kpi_counts(
            &filter.circles,
            filter.include_inactive,
            MAX_OVERVIEW_SIZE + 1,
        )
        .await?;
    let circles = bounded(circles)?;
    // Checked before the values are read.
    if circles.iter().map(|circle| circle.kpis).sum::<usize>() > MAX_OVERVIEW_SIZE {
        return Err(Error::OverviewTooLarge(MAX_OVERVIEW_SIZE));
    }
    let circles: Vec<_> = circles
        .into_iter()
        .map(|circle| (circle.id, circle.name))
        .collect();
    let chosen: Vec<_> = circles.iter().map(|(id, _)| *id).collect();
    let kpis = store
        .kpis_with_values(
            &chosen,
            filter.include_inactive,
            as_of,
            MAX_OVERVIEW_SIZE + 1,
        )
        .await?;
    Ok((as_of, overview(circles, bounded(kpis)?, as_of)))
}

fn bounded<T>(found: Vec<T>) -> Result<Vec<T>, Error> {
    if found.len() > MAX_OVERVIEW_SIZE {
        return Err(Error::OverviewTooLarge(MAX_OVERVIEW_SIZE));
    }
    Ok(found)
}
