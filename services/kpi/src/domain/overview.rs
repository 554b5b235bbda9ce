//! The overview of circles and their KPIs.

use crate::{
    error::Error,
    model::{CircleOverview, GetOverview, LastEnded, MAX_OVERVIEW_SIZE, Period, Since, overview},
    store::Store,
};

/// The chosen circles with their KPIs, as of a month. Without a month: the current one.
pub(crate) async fn get(
    store: &Store,
    GetOverview {
        filter,
        as_of,
        since,
    }: GetOverview,
) -> Result<(Period, Vec<CircleOverview>), Error> {
    let zone = store.zone().await?;
    let today = zone.today();
    let as_of = as_of.unwrap_or_else(|| Period::of(today));
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
    let kpis = bounded(kpis)?;
    let since = match since {
        None => None,
        Some(day) => Some(Since {
            month: Period::of(day).min(as_of),
            replaced: store.replaced_values(&kpis, zone.start_of_day(day)).await?,
        }),
    };
    let last_ended = LastEnded::by(as_of, today, zone);
    Ok((
        as_of,
        overview(circles, kpis, as_of, last_ended, since.as_ref()),
    ))
}

fn bounded<T>(found: Vec<T>) -> Result<Vec<T>, Error> {
    if found.len() > MAX_OVERVIEW_SIZE {
        return Err(Error::OverviewTooLarge(MAX_OVERVIEW_SIZE));
    }
    Ok(found)
}
