//! More calls than can run. The excess is refused at once with a time to retry, and other calls do
//! not wait for it.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use kreis_proto::kpi::v1::GetKpiRequest;
use kreis_tests::{
    Answered, Stack,
    actor::new_kpi,
    stack::{StackOptions, channel},
};
use sqlx::{Connection, Executor, PgConnection};
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn while_one_service_is_held_up_its_callers_are_refused_and_others_are_served() {
    let stack = Stack::start_with(StackOptions {
        gateway: vec![
            ("KREIS_CALLS_AT_ONCE", "2".to_owned()),
            ("KREIS_CALLS_PER_USER", "1000".to_owned()),
        ],
        ..StackOptions::default()
    })
    .await;
    let gatekeeper = stack.gatekeeper().await;
    let circle = stack.circle("Counselling").await;
    let kpi = gatekeeper
        .create_kpi(new_kpi(circle, "consultations"))
        .await;
    let kpi_id = kpi.unwrap().id;
    let read = async |number: usize| {
        // Over several connections.
        let caller = gatekeeper.at(channel(stack.addresses.gateway));
        tokio::time::sleep(Duration::from_millis(10) * u32::try_from(number).unwrap()).await;
        let question = caller.request(GetKpiRequest { kpi_id });
        caller.kpis().get_kpi(question).await.map(|_| ()).refused()
    };

    // Every read of a KPI waits half a second for a lock, and then fails.
    let mut superuser = PgConnection::connect_with(&stack.database).await.unwrap();
    let locked = "begin; lock table kpi.kpis in access exclusive mode";
    superuser.execute(locked).await.unwrap();
    let held_up = join_all((0..150).map(read));
    let others = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        for _ in 0..20 {
            gatekeeper.me().await.unwrap();
        }
        gatekeeper
            .deactivate(stack.person(false).await.1)
            .await
            .unwrap();
    };
    let (refused, ()) = tokio::join!(held_up, others);
    for refusal in refused {
        assert!(refusal.says_when_to_retry());
        refusal.with(Code::ResourceExhausted, "OVERLOADED");
    }

    superuser.execute("rollback").await.unwrap();
    let began = Instant::now();
    let question = || gatekeeper.request(GetKpiRequest { kpi_id });
    while gatekeeper.kpis().get_kpi(question()).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(5), "it is over");
    }
}
