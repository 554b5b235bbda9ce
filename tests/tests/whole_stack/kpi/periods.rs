//! Periods that take a value: those of the KPI's periodicity, from their first day on.

use chrono::{Datelike, Months, NaiveDate, TimeDelta, Utc};
use kreis_proto::kpi::v1::Periodicity;
use kreis_standalone::migrate::{MigrateConfig, migrate};
use kreis_tests::{Answered, Stack, actor::new_kpi, database, stack::StackOptions};
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn each_periodicity_takes_its_own_months_alone() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    for (periodicity, allowed, named) in [
        (Periodicity::Monthly, (1..=12).collect(), ""),
        (Periodicity::Quarterly, vec![3, 6, 9, 12], "3, 6, 9, 12"),
        (Periodicity::Yearly, vec![12], "12"),
    ] {
        let mut new = new_kpi(circle_id, periodicity.as_str_name());
        new.set_periodicity(periodicity);
        let kpi_id = gatekeeper.create_kpi(new).await.unwrap().id;
        for month in 1..=12 {
            let answer = gatekeeper.record(kpi_id, (2023, month), 1.0).await;
            if allowed.contains(&month) {
                answer.unwrap();
            } else {
                let refused = answer.refused();
                let refused = refused.with(Code::InvalidArgument, "PERIOD_NOT_OF_KPI");
                assert_eq!(refused.metadata("allowed_months"), named);
            }
        }
        let refused = gatekeeper.record(kpi_id, (2200, 12), 1.0).await.refused();
        let refused = refused.with(Code::FailedPrecondition, "PERIOD_NOT_BEGUN");
        let first_month = match periodicity {
            Periodicity::Yearly => "01",
            Periodicity::Quarterly => "10",
            _ => "12",
        };
        assert_eq!(
            refused.metadata("begins_on"),
            format!("2200-{first_month}-01")
        );
    }
}

/// A stack whose organisation has this time zone.
async fn stack_in(zone: &str) -> Stack {
    let database = database::fresh().await;
    let settled = MigrateConfig {
        connect: database.clone(),
        time_zone: zone.parse().ok(),
        ..MigrateConfig::default()
    };
    migrate(&settled).await.unwrap();
    Stack::start_with(StackOptions {
        database: Some(database),
        ..StackOptions::default()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_takes_values_from_its_first_day_where_the_organisation_is() {
    // The two zones never have the same day. At the end of a month they have different months.
    for (zone, ahead) in [("Pacific/Kiritimati", 14), ("Etc/GMT+12", -12)] {
        let today = || (Utc::now() + TimeDelta::hours(ahead)).date_naive();
        let stack = stack_in(zone).await;
        let gatekeeper = stack.gatekeeper().await;
        let circle_id = stack.circle("HR").await;
        for (periodicity, months) in [
            (Periodicity::Monthly, 1),
            (Periodicity::Quarterly, 3),
            (Periodicity::Yearly, 12),
        ] {
            let mut new = new_kpi(circle_id, periodicity.as_str_name());
            new.set_periodicity(periodicity);
            let kpi_id = gatekeeper.create_kpi(new).await.unwrap().id;
            let asked_on = today();
            let begun = asked_on.month0() / months * months + 1;
            let begun = NaiveDate::from_ymd_opt(asked_on.year(), begun, 1).unwrap();
            let next = begun + Months::new(months);
            // The last month of the period, which may be in the future.
            let named = |first: NaiveDate| {
                let last = first + Months::new(months - 1);
                (last.year(), last.month().cast_signed())
            };
            let now = gatekeeper.record(kpi_id, named(begun), 1.0).await;
            now.unwrap();
            let early = gatekeeper.record(kpi_id, named(next), 1.0).await;
            if today().month() == asked_on.month() {
                let refused = early.refused();
                let refused = refused.with(Code::FailedPrecondition, "PERIOD_NOT_BEGUN");
                assert_eq!(refused.metadata("begins_on"), next.to_string(), "{zone}");
            }
        }
    }
}
