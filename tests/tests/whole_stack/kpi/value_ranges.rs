//! Lists of values: which KPIs, which months, and no blank periods.

use kreis_proto::kpi::v1::{
    KpiValue, ListKpiValuesRequest, ListKpiValuesResponse, Period, PeriodPreset, PeriodRange,
    list_kpi_values_request::{Scope, Time},
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::{Code, Status};

const fn period(year: i32, month: i32) -> Period {
    Period { year, month }
}

async fn list(
    actor: &Actor,
    scope: Option<Scope>,
    time: Option<Time>,
) -> Result<ListKpiValuesResponse, Status> {
    let asked = ListKpiValuesRequest {
        scope,
        time,
        ..ListKpiValuesRequest::default()
    };
    let answer = actor.values().list_kpi_values(actor.request(asked)).await?;
    Ok(answer.into_inner())
}

/// All values of a list, read in pages of two.
async fn page_by_page(actor: &Actor, scope: Option<Scope>, time: Option<Time>) -> Vec<KpiValue> {
    let mut asked = ListKpiValuesRequest {
        page_size: 2,
        scope,
        time,
        ..ListKpiValuesRequest::default()
    };
    let mut values = Vec::new();
    loop {
        let request = actor.request(asked.clone());
        let answer = actor.values().list_kpi_values(request).await.unwrap();
        let answer = answer.into_inner();
        values.extend(answer.kpi_values);
        asked.page_token = answer.next_page_token;
        if asked.page_token.is_empty() {
            return values;
        }
    }
}

fn periods(values: &[KpiValue]) -> Vec<(i32, i32)> {
    let of = |value: &KpiValue| value.period.map(|period| (period.year, period.month));
    values.iter().filter_map(of).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "a field that may be absent")]
fn range(from: Period, to: Period) -> Option<Time> {
    Some(Time::Range(PeriodRange {
        from: Some(from),
        to: Some(to),
    }))
}

/// The month this many months later.
fn later(month: Period, months: i32) -> Period {
    let count = month.year * 12 + month.month - 1 + months;
    period(count.div_euclid(12), count.rem_euclid(12) + 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_the_recorded_values_of_its_scope_and_range_in_their_order() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let outsider = stack.outsider().await;
    let (hr, it) = (stack.circle("HR").await, stack.circle("IT").await);
    let mut ids = Vec::new();
    for (circle_id, name) in [(hr, "leave"), (it, "tickets"), (hr, "absences")] {
        let kpi = gatekeeper.create_kpi(new_kpi(circle_id, name)).await;
        ids.push(kpi.unwrap().id);
    }
    let mut recorded = Vec::new();
    for (year, month) in [
        (2024, 2),
        (2023, 1),
        (2023, 12),
        (2022, 11),
        (2024, 1),
        (2023, 11),
    ] {
        for kpi_id in [ids[1], ids[0], ids[2]] {
            let value = gatekeeper.record(kpi_id, (year, month), f64::from(month));
            recorded.push(value.await.unwrap());
        }
    }
    // By period, then in the order of recording.
    recorded.sort_by_key(|value| {
        (
            value.period.unwrap().year,
            value.period.unwrap().month,
            value.id,
        )
    });
    let (all_year, across) = (
        range(period(2023, 1), period(2023, 12)),
        range(period(2023, 11), period(2024, 2)),
    );
    let of = |circle: &[i64], from: (i32, i32), to: (i32, i32)| -> Vec<KpiValue> {
        let has = |value: &&KpiValue| {
            let period = value.period.unwrap();
            let month = (period.year, period.month);
            circle.contains(&value.kpi_id) && (from..=to).contains(&month)
        };
        recorded.iter().filter(has).cloned().collect()
    };
    let (first, last) = ((1900, 1), (2200, 12));
    let of_hr = [ids[0], ids[2]];
    for (scope, time, expected) in [
        (None, None, recorded.clone()),
        (Some(Scope::CircleId(hr)), None, of(&of_hr, first, last)),
        (
            Some(Scope::KpiId(ids[1])),
            None,
            of(&ids[1..2], first, last),
        ),
        (None, all_year, of(&ids, (2023, 1), (2023, 12))),
        (None, across, of(&ids, (2023, 11), (2024, 2))),
        (
            Some(Scope::CircleId(hr)),
            across,
            of(&of_hr, (2023, 11), (2024, 2)),
        ),
        (
            Some(Scope::KpiId(ids[0])),
            across,
            of(&ids[..1], (2023, 11), (2024, 2)),
        ),
        (
            None,
            range(period(2023, 12), period(2023, 12)),
            of(&ids, (2023, 12), (2023, 12)),
        ),
        (
            None,
            range(period(1900, 1), period(2200, 12)),
            recorded.clone(),
        ),
        (None, range(period(2024, 3), period(2024, 12)), vec![]),
        (Some(Scope::CircleId(i64::MAX)), None, vec![]),
    ] {
        let answer = list(&outsider, scope, time).await.unwrap();
        assert_eq!(answer.kpi_values, expected, "{scope:?} {time:?}");
        assert_eq!(answer.range.map(Time::Range), time, "the range is echoed");
        let paged = page_by_page(&outsider, scope, time).await;
        assert_eq!(paged, expected, "{scope:?} {time:?} page by page");
    }
    assert_eq!(periods(&of(&of_hr, (2023, 11), (2024, 2))).len(), 8);

    // Retracted values are blank. A circle has its current KPIs.
    gatekeeper.retract(recorded[0].id).await.unwrap();
    let answer = list(&outsider, None, None).await.unwrap();
    assert_eq!(answer.kpi_values, recorded[1..]);
    let move_out = kreis_proto::kpi::v1::UpdateKpiRequest {
        kpi_id: ids[2],
        circle_id: Some(it),
        ..kreis_proto::kpi::v1::UpdateKpiRequest::default()
    };
    gatekeeper.update_kpi(move_out).await.unwrap();
    let answer = list(&outsider, Some(Scope::CircleId(it)), across)
        .await
        .unwrap();
    assert_eq!(answer.kpi_values, of(&ids[1..], (2023, 11), (2024, 2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_range_or_scope_is_refused_with_every_fault() {
    let stack = Stack::start().await;
    let outsider = stack.outsider().await;
    let half = |from, to| Some(Time::Range(PeriodRange { from, to }));
    for (scope, time, expected) in [
        (None, half(None, None), vec!["range.from", "range.to"]),
        (None, half(Some(period(2023, 1)), None), vec!["range.to"]),
        (
            None,
            range(period(2024, 1), period(2023, 12)),
            vec!["range.to"],
        ),
        (
            Some(Scope::KpiId(0)),
            range(period(0, 13), period(99_999, 0)),
            vec![
                "kpi_id",
                "range.from.month",
                "range.from.year",
                "range.to.month",
                "range.to.year",
            ],
        ),
        (
            Some(Scope::CircleId(-1)),
            Some(Time::Preset(7)),
            vec!["circle_id", "preset"],
        ),
        (None, Some(Time::Preset(0)), vec!["preset"]),
        (None, Some(Time::Preset(-1)), vec!["preset"]),
    ] {
        let refused = list(&outsider, scope, time).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        let mut fields = refused.fields();
        fields.sort();
        assert_eq!(fields, expected, "{scope:?} {time:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preset_means_its_months_of_the_calendar_and_says_so() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "leave")).await;
    let kpi_id = kpi.unwrap().id;
    let today = gatekeeper.this_month().await.unwrap();
    let this_month = period(today.year, today.month);
    // Every month of last year and this year, recorded or not.
    for month in 1..=12 {
        for year in [today.year - 2, today.year - 1, today.year] {
            if (year, month) <= (today.year, today.month) {
                gatekeeper.record(kpi_id, (year, month), 1.0).await.unwrap();
            }
        }
    }
    let quarter = period(today.year, (today.month - 1) / 3 * 3 + 1);
    let year = period(today.year, 1);
    for (preset, from, months) in [
        (PeriodPreset::ThisMonth, this_month, 1),
        (PeriodPreset::LastMonth, later(this_month, -1), 1),
        (PeriodPreset::ThisQuarter, quarter, 3),
        (PeriodPreset::LastQuarter, later(quarter, -3), 3),
        (PeriodPreset::ThisYear, year, 12),
        (PeriodPreset::LastYear, later(year, -12), 12),
    ] {
        let answer = list(&gatekeeper, None, Some(Time::Preset(preset.into())));
        let answer = answer.await.unwrap();
        let to = later(from, months - 1);
        let range = PeriodRange {
            from: Some(from),
            to: Some(to),
        };
        assert_eq!(answer.range, Some(range), "{preset:?}");
        let begun = (0..months)
            .map(|ahead| later(from, ahead))
            .map(|month| (month.year, month.month))
            .filter(|month| *month <= (today.year, today.month));
        assert_eq!(
            periods(&answer.kpi_values),
            begun.collect::<Vec<_>>(),
            "{preset:?}"
        );

        // Later pages have the range of the first one.
        let asked = ListKpiValuesRequest {
            page_size: 1,
            time: Some(Time::Preset(preset.into())),
            ..ListKpiValuesRequest::default()
        };
        let mut client = gatekeeper.values();
        let first = client.list_kpi_values(gatekeeper.request(asked.clone()));
        let page_token = first.await.unwrap().into_inner().next_page_token;
        if !page_token.is_empty() {
            let asked = ListKpiValuesRequest {
                page_token,
                ..asked
            };
            let second = client.list_kpi_values(gatekeeper.request(asked)).await;
            let second = second.unwrap().into_inner();
            assert_eq!(second.range, Some(range), "{preset:?}");
            assert_eq!(second.kpi_values, answer.kpi_values[1..2], "{preset:?}");
        }
    }
}
