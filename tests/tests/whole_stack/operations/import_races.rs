//! Changes of other users during an import.

use kreis_proto::kpi::v1::Target;
use kreis_tests::{
    Stack,
    process::{run_signed_in, stderr},
    stack::PASSWORD,
};
use sqlx::Executor;

#[tokio::test(flavor = "multi_thread")]
async fn targets_that_another_person_sets_meanwhile_stay_and_the_others_are_set() {
    let stack = Stack::start().await;
    let (email, _) = stack.person(true).await;
    let gatekeeper = stack.sign_in(&email).await;
    let header = "circle,kpi,periodicity,range,period_year,period_month,value";
    let folder = tempfile::tempdir().unwrap();
    let import = async |name: &str, text: String| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();
        let url = stack.url();
        run_signed_in(
            &url,
            (&email, PASSWORD),
            &["import", "--unit", "gifts=chf", file],
        )
        .await
    };
    let first = import(
        "first.csv",
        format!("{header}\nHR,gifts,month,0 <= X,2023,1,5\n"),
    )
    .await;
    assert!(first.status.success(), "{}", stderr(&first));

    let mut other = stack.sql.begin().await.unwrap();
    other
        .execute("select from kpi.kpis for update")
        .await
        .unwrap();
    let more = format!(
        "{header},initial_value,target_value\n\
         HR,gifts,month,0 <= X,2024,1,5,0,10\n\
         HR,gifts,month,0 <= X,2025,1,5,0,10\n\
         HR,gifts,month,0 <= X,2026,1,5,0,10\n"
    );
    let (told, ()) = tokio::join!(import("more.csv", more), async {
        stack.wait_for_blocked_statement().await;
        // The first value equals that of the file, as if it were the import's own and its response
        // were lost.
        other
            .execute(
                "insert into kpi.targets (kpi_id, from_year, initial_value, target_value)
                select id, year, 0, goal
                from kpi.kpis, (values (2024, 10), (2025, 99)) set (year, goal);
                update kpi.kpis set version = version + 2",
            )
            .await
            .unwrap();
        other.commit().await.unwrap();
    });

    let said = stderr(&told);
    assert!(!told.status.success(), "{said}");
    assert!(
        said.contains("says 0 to 10 for 2025, while the server has 0 to 99"),
        "{said}"
    );
    let target = |from_year, target_value| Target {
        from_year,
        initial_value: 0.0,
        target_value,
    };
    let kpi = gatekeeper.kpi(1).await.unwrap();
    assert_eq!(
        kpi.targets,
        [target(2024, 10.0), target(2025, 99.0), target(2026, 10.0)]
    );
}
