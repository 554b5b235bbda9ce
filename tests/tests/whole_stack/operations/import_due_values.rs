//! Due values after an import.

use kreis_proto::kpi::v1::{CreateKpiRequest, Limits, ListDueValuesRequest, Period};
use kreis_tests::{
    Stack,
    actor::new_kpi,
    process::{run_signed_in, stderr, stdout},
    stack::PASSWORD,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_kpi_of_the_file_owes_what_the_file_lacks_since_its_first_value() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(true).await;
    let gatekeeper = stack.sign_in(&email).await;
    let this = gatekeeper.this_month().await.unwrap();
    let months_ago = |months: i32| {
        let index = this.year * 12 + this.month - 1 - months;
        (index.div_euclid(12), index.rem_euclid(12) + 1)
    };
    let there = CreateKpiRequest {
        limits: Some(Limits {
            minimum: Some(0.0),
            maximum: None,
        }),
        ..new_kpi(stack.circle("HR").await, "there before")
    };
    gatekeeper.create_kpi(there).await.unwrap();

    let row = |kpi: &str, months, value: &str| {
        let (year, month) = months_ago(months);
        format!("HR,{kpi},month,0 <= %,{year},{month},{value}\n")
    };
    let rows = [
        "circle,kpi,periodicity,range,period_year,period_month,value\n".to_owned(),
        row("years old", 24, "1"),
        row("years old", 1, "1"),
        row("new", 4, ""),
        row("new", 3, "2"),
        row("new", 2, ""),
        row("without values", 3, ""),
        row("there before", 3, "1"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("values.csv");
    std::fs::write(&file, rows.concat()).unwrap();
    let file = file.to_str().unwrap();
    let import = async |arguments: &[&str]| {
        let command = [&["import", file], arguments].concat();
        let told = run_signed_in(&stack.url(), (&email, PASSWORD), &command).await;
        assert!(told.status.success(), "{}", stderr(&told));
        stdout(&told)
    };
    let dry = import(&["--dry-run"]).await;
    let (year, month) = months_ago(3);
    let since = format!("new (HR): monthly, percentage, from 0, in use since {year}-{month:02}\n");
    assert!(dry.contains(&since), "{since} in {dry}");
    import(&[]).await;

    let asked = ListDueValuesRequest {
        whole_organisation: true,
        ..ListDueValuesRequest::default()
    };
    let due = gatekeeper.due_values(asked).await.unwrap().due_values;
    let due: Vec<(&str, Period)> = due
        .iter()
        .map(|due| (due.kpi_name.as_str(), due.period.unwrap()))
        .collect();
    let owed = |kpi: &'static str, months| {
        let (year, month) = months_ago(months);
        (kpi, Period { year, month })
    };
    // Only the last twelve months, however old the KPI is.
    let mut expected: Vec<_> = (3..=12).rev().map(|ago| owed("years old", ago)).collect();
    expected.extend([owed("new", 2), owed("years old", 2), owed("new", 1)]);
    assert_eq!(due, expected);
}
