//! Postgres is killed under load: no acknowledged write is lost, and the system recovers by itself.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use kreis_database::DatabaseConfig;
use kreis_embedded_postgres as embedded;
use kreis_standalone::migrate::{MigrateConfig, migrate};
use kreis_tests::{
    Actor, Stack, actor::new_kpi, database, process::open_directory, stack::StackOptions,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tonic::Code;

const KILLS: usize = 3;
const WRITERS: i32 = 4;

/// The last acknowledged number of each value, by its id.
type Acknowledged = BTreeMap<i64, f64>;

#[tokio::test(flavor = "multi_thread")]
async fn killing_postgres_three_times_under_load_loses_nothing_that_was_acknowledged() {
    let directory = open_directory();
    let postgres = embedded::start(embedded::Settings::new(directory.path()))
        .await
        .unwrap();
    let server = database::options(postgres.socket_dir().to_str().unwrap());
    let connect = MigrateConfig {
        connect: server.clone(),
        ..MigrateConfig::default()
    };
    migrate(&connect).await.unwrap();
    let stack = Stack::start_with(StackOptions {
        database: Some(server),
        ..StackOptions::default()
    })
    .await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let over = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let kpi = gatekeeper
            .create_kpi(new_kpi(circle_id, &format!("kpi {number}")))
            .await
            .unwrap();
        writers.push(tokio::spawn(write(
            gatekeeper.clone(),
            kpi.id,
            Arc::clone(&over),
        )));
    }

    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let pid = i32::try_from(postgres.pid().expect("it runs")).unwrap();
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
        let killed = Instant::now();
        wait_until_well(&gatekeeper).await;
        println!("well again {:?} after the kill", killed.elapsed());
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    over.store(true, Ordering::Relaxed);
    let mut acknowledged = Acknowledged::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    compare(&stack, &acknowledged).await;
    stack.stop();
    postgres.stop(Duration::from_secs(5)).await.unwrap();
}

/// Records and corrects until told to stop. Returns the last acknowledged numbers.
async fn write(actor: Actor, kpi_id: i64, over: Arc<AtomicBool>) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    let mut number = 0;
    let mut in_doubt = false;
    while !over.load(Ordering::Relaxed) {
        let period = (1900 + number / 12, number % 12 + 1);
        match actor.record(kpi_id, period, f64::from(number)).await {
            Ok(value) => {
                acknowledged.insert(value.id, f64::from(number));
                let corrected = f64::from(number) + 0.5;
                match actor.correct(value.id, corrected, "").await {
                    Ok(_) => {
                        acknowledged.insert(value.id, corrected);
                    }
                    Err(status) => {
                        tolerate(&status);
                        // If the response is lost, it is unknown whether the write happened.
                        acknowledged.remove(&value.id);
                    }
                }
            }
            // The write happened, but its response was lost.
            Err(status) if in_doubt && status.code() == Code::AlreadyExists => {}
            Err(status) => {
                tolerate(&status);
                in_doubt = true;
                continue;
            }
        }
        in_doubt = false;
        number += 1;
    }
    acknowledged
}

#[track_caller]
fn tolerate(status: &tonic::Status) {
    let expected = [Code::Unavailable, Code::Aborted, Code::DeadlineExceeded];
    assert!(expected.contains(&status.code()), "{status:?}");
}

async fn wait_until_well(actor: &Actor) {
    let since = Instant::now();
    let mut well = 0;
    while well < 20 {
        let me = actor.request(kreis_proto::org::v1::GetMeRequest {});
        well = if actor.users().get_me(me).await.is_ok() {
            well + 1
        } else {
            0
        };
        assert!(
            since.elapsed() < Duration::from_secs(20),
            "not well again by itself"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Checks that every acknowledged number exists, and that the log agrees with every value.
async fn compare(stack: &Stack, acknowledged: &Acknowledged) {
    // The kill also broke the harness's own connections.
    let connect = stack.database.clone();
    let sql = DatabaseConfig {
        connect,
        role: None,
        connections: 1,
    }
    .open()
    .reads;
    let rows = sqlx::query!("select id, value, version from kpi.kpi_values")
        .fetch_all(&sql)
        .await
        .unwrap();
    let found: BTreeMap<i64, Option<f64>> = rows.iter().map(|row| (row.id, row.value)).collect();
    assert!(
        acknowledged.len() > 50,
        "too little load: {}",
        acknowledged.len()
    );
    for (id, value) in acknowledged {
        assert_eq!(found.get(id), Some(&Some(*value)), "value {id}");
    }
    let disagreeing = sqlx::query_scalar!(
        r#"select count(*) as "count!" from kpi.kpi_values v
        where v.version <> (select count(*) from kpi.changes c where c.kpi_value_id = v.id)
            or v.value is distinct from (
                select c.new_value from kpi.changes c
                where c.kpi_value_id = v.id order by c.id desc limit 1
            )"#
    )
    .fetch_one(&sql)
    .await
    .unwrap();
    assert_eq!(disagreeing, 0, "values whose log says otherwise");
    println!("{} acknowledged, {} there", acknowledged.len(), found.len());
}
