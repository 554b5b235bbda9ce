//! Progress of KPIs, and their performance against their own history. The figures are a customer's;
//! the amounts are scaled, which does not change progress.

use kreis_proto::kpi::v1::{
    CreateKpiRequest, GetKpiProgressRequest, Period, Periodicity, ProgressPoint, Target, Unit,
};
use kreis_tests::{Actor, Answered, Stack, actor::new_kpi};
use tonic::Code;

/// A gatekeeper who defines KPIs of one circle and records their values.
struct Year {
    gatekeeper: Actor,
    circle_id: i64,
}

impl Year {
    async fn of(stack: &Stack) -> Self {
        Self {
            gatekeeper: stack.gatekeeper().await,
            circle_id: stack.circle("HR").await,
        }
    }

    /// A KPI with a target from 2020 on, or without one.
    async fn kpi(
        &self,
        periodicity: Periodicity,
        unit: Unit,
        from_to: Option<(f64, f64)>,
        values: &[(i32, i32, f64)],
    ) -> i64 {
        let target = from_to.map(|(initial_value, target_value)| Target {
            from_year: 2020,
            initial_value,
            target_value,
        });
        let new = CreateKpiRequest {
            periodicity: periodicity.into(),
            unit: unit.into(),
            targets: target.into_iter().collect(),
            ..new_kpi(self.circle_id, &uuid::Uuid::new_v4().to_string())
        };
        let kpi_id = self.gatekeeper.create_kpi(new).await.unwrap().id;
        for (year, month, value) in values {
            let recorded = self.gatekeeper.record(kpi_id, (*year, *month), *value);
            recorded.await.unwrap();
        }
        kpi_id
    }

    async fn points(
        &self,
        periodicity: Periodicity,
        unit: Unit,
        from_to: Option<(f64, f64)>,
        values: &[(i32, i32, f64)],
    ) -> Vec<ProgressPoint> {
        let kpi_id = self.kpi(periodicity, unit, from_to, values).await;
        self.gatekeeper.progress(kpi_id).await.unwrap()
    }
}

/// Values of 2023, every month or every third month.
fn of_2023(every: usize, values: &[f64]) -> Vec<(i32, i32, f64)> {
    let months = (1..=12).skip(every - 1).step_by(every);
    months
        .zip(values)
        .map(|(month, value)| (2023, month, *value))
        .collect()
}

fn progress(points: &[ProgressPoint]) -> Vec<Option<f64>> {
    points.iter().map(|point| point.progress).collect()
}

fn performance(points: &[ProgressPoint]) -> Vec<Option<f64>> {
    points.iter().map(|point| point.performance).collect()
}

fn rounded(points: &[ProgressPoint]) -> Vec<f64> {
    points
        .iter()
        .map(|point| point.progress.unwrap().round() + 0.0)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customers_year_has_the_progress_that_the_customer_expects() {
    let stack = Stack::start().await;
    let year = Year::of(&stack).await;
    let donations = [
        846_223.28,
        1_325_340.54,
        1_189_020.16,
        787_938.34,
        1_110_677.55,
        835_868.12,
        840_456.40,
        680_484.48,
        952_001.11,
        680_484.48,
        952_001.11,
        835_868.12,
    ];
    let from_to = Some((882_909.10, 10_374_181.87));
    let (monthly, chf, percent) = (Periodicity::Monthly, Unit::Chf, Unit::Percentage);
    let points = year
        .points(monthly, chf, from_to, &of_2023(1, &donations))
        .await;
    assert_eq!(
        rounded(&points),
        [
            0.0, 14.0, 26.0, 34.0, 46.0, 55.0, 64.0, 71.0, 81.0, 88.0, 98.0, 107.0
        ]
    );
    let first = points[0].progress.unwrap();
    assert!((first + 0.39).abs() < 0.005, "{first}");
    let mut sum = 0.0;
    for (point, value) in points.iter().zip(donations) {
        sum += value;
        assert!((point.sum.unwrap() - sum).abs() < 1e-6, "{point:?}");
        assert_eq!(point.value.unwrap().to_bits(), value.to_bits());
        assert_eq!(point.missing_periods, []);
        assert_eq!(point.target.unwrap().from_year, 2020);
    }

    let score = [(2023, 12, 35.0)];
    let from_to = Some((-100.0, 100.0));
    let points = year
        .points(Periodicity::Yearly, Unit::Score, from_to, &score)
        .await;
    assert_eq!(progress(&points), [Some(67.5)]);
    assert_eq!(points[0].sum, None, "levels do not add up");

    let teams = [
        35.0, 50.0, 50.0, 55.0, 70.0, 80.0, 85.0, 90.0, 90.0, 90.0, 95.0, 95.0,
    ];
    let from_to = Some((0.0, 100.0));
    let points = year
        .points(monthly, percent, from_to, &of_2023(1, &teams))
        .await;
    assert_eq!(rounded(&points), teams);

    let reached = of_2023(3, &[46.0, 44.9, 43.6, 44.83]);
    let points = year
        .points(Periodicity::Quarterly, percent, from_to, &reached)
        .await;
    assert_eq!(rounded(&points), [46.0, 45.0, 44.0, 45.0]);

    let leave = of_2023(1, &[2.04, 3.30, 0.93]);
    let points = year
        .points(monthly, percent, Some((3.5, 0.0)), &leave)
        .await;
    assert_eq!(rounded(&points), [42.0, 6.0, 73.0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_absent_and_not_zero_where_it_says_nothing() {
    let stack = Stack::start().await;
    let year = Year::of(&stack).await;
    let quarterly = Periodicity::Quarterly;
    let values = of_2023(3, &[10.0, 0.0, 20.0, 30.0]);
    for (unit, from_to, expected) in [
        (Unit::Percentage, None, [None; 4]),
        (Unit::Percentage, Some((5.0, 5.0)), [None; 4]),
        (Unit::Amount, None, [None; 4]),
        // Progress can lie outside 0 to 100, or be absent.
        (
            Unit::Score,
            Some((10.0, 20.0)),
            [Some(0.0), Some(-100.0), Some(100.0), Some(200.0)],
        ),
        (
            Unit::Amount,
            Some((0.0, 40.0)),
            [Some(25.0), Some(25.0), Some(75.0), Some(150.0)],
        ),
        // If lower is better, a small sum in spring is not yet a success.
        (
            Unit::Chf,
            Some((100.0, 60.0)),
            [None, None, None, Some(100.0)],
        ),
        (
            Unit::Percentage,
            Some((40.0, 0.0)),
            [Some(75.0), Some(100.0), Some(50.0), Some(25.0)],
        ),
    ] {
        let points = year.points(quarterly, unit, from_to, &values).await;
        assert_eq!(progress(&points), expected, "{unit:?} {from_to:?}");
    }
    // With a missing period, the last sum of the year does not count either.
    let gap = [values[0], values[2], values[3]];
    let costs = year
        .points(quarterly, Unit::Chf, Some((100.0, 60.0)), &gap)
        .await;
    assert_eq!(progress(&costs), [None; 3]);
    assert_eq!(performance(&costs), [None; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_period_has_no_point_and_is_missing_at_the_later_ones_of_its_year() {
    let stack = Stack::start().await;
    let year = Year::of(&stack).await;
    let period = |year, month| Period { year, month };
    let values = [
        (2022, 6, 10.0),
        (2022, 12, 5.0),
        (2023, 3, 0.0),
        (2023, 6, 7.0),
        (2023, 9, 8.0),
    ];
    let kpi_id = year
        .kpi(Periodicity::Quarterly, Unit::Chf, None, &values)
        .await;
    let points = year.gatekeeper.progress(kpi_id).await.unwrap();
    let missing: Vec<_> = points.iter().map(|point| &point.missing_periods).collect();
    let spring = period(2022, 3);
    assert_eq!(
        missing,
        [
            &vec![spring],
            &vec![spring, period(2022, 9)],
            &vec![],
            &vec![],
            &vec![]
        ]
    );
    // Zero is a value. A new year begins a new sum.
    let sums: Vec<_> = points.iter().map(|point| point.sum).collect();
    let expected = [10.0, 15.0, 0.0, 7.0, 15.0].map(Some);
    assert_eq!(sums, expected);

    // A retracted value is blank, as if it had never existed.
    let zero = sqlx::query_scalar!(
        "select id from kpi.kpi_values where kpi_id = $1 and year = 2023 and month = 3",
        kpi_id
    );
    let zero = zero.fetch_one(&stack.sql).await.unwrap();
    year.gatekeeper.retract(zero).await.unwrap();
    let points = year.gatekeeper.progress(kpi_id).await.unwrap();
    assert_eq!(points.len(), 4);
    for point in &points[2..] {
        assert_eq!(point.missing_periods, [period(2023, 3)]);
    }

    // Values before a range count in the points of the range.
    let ask = async |from, to| {
        let get = GetKpiProgressRequest { kpi_id, from, to };
        let request = year.gatekeeper.request(get);
        let answer = year.gatekeeper.kpis().get_kpi_progress(request).await;
        answer.map(|answer| answer.into_inner().points)
    };
    let (june, september) = (Some(period(2023, 6)), Some(period(2023, 9)));
    assert_eq!(ask(june, june).await.unwrap(), points[2..3]);
    assert_eq!(
        ask(Some(period(2022, 7)), june).await.unwrap(),
        points[1..3]
    );
    assert_eq!(ask(september, None).await.unwrap(), points[3..]);
    assert_eq!(ask(None, Some(spring)).await.unwrap(), []);
    for (from, to, expected) in [
        (september, june, vec!["to"]),
        (Some(period(0, 13)), None, vec!["from.month", "from.year"]),
        (
            Some(period(2023, 0)),
            Some(period(99_999, 1)),
            vec!["from.month", "to.year"],
        ),
    ] {
        let refused = ask(from, to).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        let mut fields = refused.fields();
        fields.sort();
        assert_eq!(fields, expected);
    }
    let refused = year.gatekeeper.progress(i64::MAX).await.refused();
    refused.with(Code::NotFound, "KPI_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn performance_compares_with_the_kpis_own_past() {
    let stack = Stack::start().await;
    let year = Year::of(&stack).await;
    let monthly = Periodicity::Monthly;
    // Zeros count. The same number twice is not enough for a performance.
    let values = [
        (2022, 12, 10.0),
        (2023, 1, 10.0),
        (2023, 2, 0.0),
        (2023, 3, 5.0),
        (2023, 5, 20.0),
    ];
    for (from_to, expected) in [
        (None, [None; 5]),
        (
            Some((0.0, 100.0)),
            [None, None, Some(0.0), Some(50.0), Some(100.0)],
        ),
        (
            Some((100.0, 0.0)),
            [None, None, Some(100.0), Some(50.0), Some(0.0)],
        ),
    ] {
        let points = year
            .points(monthly, Unit::Percentage, from_to, &values)
            .await;
        assert_eq!(performance(&points), expected, "{from_to:?}");
    }

    // Flows: sums at the same month, of years without missing periods up to it.
    let sums = [
        (2021, 3, 10.0),
        (2021, 6, 10.0),
        (2022, 6, 1_000.0),
        (2023, 3, 20.0),
        (2023, 6, 40.0),
        (2024, 3, 15.0),
        (2024, 6, 5.0),
    ];
    let quarterly = Periodicity::Quarterly;
    for (from_to, expected) in [
        (
            (0.0, 100.0),
            [
                None,
                None,
                None,
                Some(100.0),
                Some(100.0),
                Some(50.0),
                Some(0.0),
            ],
        ),
        (
            (100.0, 0.0),
            [
                None,
                None,
                None,
                Some(0.0),
                Some(0.0),
                Some(50.0),
                Some(100.0),
            ],
        ),
    ] {
        let points = year
            .points(quarterly, Unit::Chf, Some(from_to), &sums)
            .await;
        assert_eq!(performance(&points), expected, "{from_to:?}");
    }

    // The target that holds at the point gives the direction.
    let kpi_id = year
        .kpi(monthly, Unit::Score, Some((0.0, 100.0)), &values)
        .await;
    let gatekeeper = &year.gatekeeper;
    let turned = gatekeeper.set_target(kpi_id, 2023, (100.0, 0.0));
    turned.await.unwrap();
    let points = gatekeeper.progress(kpi_id).await.unwrap();
    assert_eq!(progress(&points)[..2], [Some(10.0), Some(90.0)]);
    assert_eq!(performance(&points)[4], Some(0.0));
}
