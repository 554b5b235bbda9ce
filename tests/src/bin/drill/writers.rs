//! Economists who record values during outages. Each value has an idempotency key of its own, and a
//! call is repeated with its key until it gets a response.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kreis_proto::kpi::v1::{Period, RecordKpiValueRequest};
use kreis_tests::{Actor, actor::new_kpi};
use sqlx::{Executor, PgPool, Row};
use tokio::{task::JoinSet, time::sleep};
use tonic::{Code, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::outcome::Check;

const WRITERS: usize = 4;
/// KPIs of each writer, written one after the other.
const KPIS: usize = 10;
/// The first year of the values, and the number of values of each KPI.
const FROM_YEAR: i32 = 1900;
const VALUES: i32 = 1_200;
/// Pause before a call is repeated.
const PAUSE: Duration = Duration::from_millis(20);

/// A value to record: its KPI, and its number within the KPI.
type PlannedValue = (i64, i32);

/// Running writers.
pub(crate) struct Writers {
    over: Arc<AtomicBool>,
    tasks: JoinSet<Written>,
}

/// The results of a writer's calls.
#[derive(Default)]
struct Written {
    acknowledged: Vec<PlannedValue>,
    /// Calls that were repeated with their key.
    repeated: usize,
    /// Repeated calls whose response cannot be that of the first call.
    repeated_badly: usize,
    /// Errors that no outage explains.
    unexpected: Vec<Status>,
}

impl Writers {
    /// Starts the writers, all of them as this gatekeeper.
    pub(crate) async fn begin(gatekeeper: &Actor) -> Self {
        let circle = gatekeeper.create_circle("Writers").await;
        let circle_id = circle.expect("a circle can be made").id;
        let over = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for writer in 0..WRITERS {
            let mut kpis = Vec::new();
            for number in 0..KPIS {
                let new = new_kpi(circle_id, &format!("figure {writer}.{number}"));
                kpis.push(
                    gatekeeper
                        .create_kpi(new)
                        .await
                        .expect("a KPI can be made")
                        .id,
                );
            }
            tasks.spawn(write(gatekeeper.clone(), kpis, Arc::clone(&over)));
        }
        Self { over, tasks }
    }

    /// Stops the writers, and compares their responses with the database.
    pub(crate) async fn end(self, sql: &PgPool) -> Vec<Check> {
        self.over.store(true, Ordering::Relaxed);
        let mut all = Written::default();
        for written in self.tasks.join_all().await {
            all.acknowledged.extend(written.acknowledged);
            all.repeated += written.repeated;
            all.repeated_badly += written.repeated_badly;
            all.unexpected.extend(written.unexpected);
        }
        for status in all.unexpected.iter().take(5) {
            eprintln!("unexpected: {status:?}");
        }
        let (lost, unlogged) = compare(&all.acknowledged, sql).await;
        let acknowledged = all.acknowledged.len();
        vec![
            Check::none("acknowledged writes that are lost", lost, acknowledged),
            Check::none(
                "values without exactly one entry in the change log",
                unlogged,
                acknowledged,
            ),
            Check::none(
                "repeats under the same request_id with another answer than the first",
                all.repeated_badly,
                all.repeated,
            ),
            Check::none(
                "writes refused with a code that no outage explains",
                all.unexpected.len(),
                acknowledged,
            ),
        ]
    }
}

async fn write(actor: Actor, kpis: Vec<i64>, over: Arc<AtomicBool>) -> Written {
    let mut written = Written::default();
    let planned_values = kpis
        .into_iter()
        .flat_map(|kpi_id| (0..VALUES).map(move |number| (kpi_id, number)));
    for (count, planned) in planned_values.enumerate() {
        let key = Uuid::new_v4().to_string();
        let mut repeats = 0;
        let first = loop {
            if over.load(Ordering::Relaxed) {
                return written;
            }
            match record(&actor, planned, &key).await {
                Err(status) if is_of_an_outage(&status) => repeats += 1,
                other => break other,
            }
            sleep(PAUSE).await;
        };
        written.repeated += usize::from(repeats > 0);
        match first {
            Ok(id) => {
                written.acknowledged.push(planned);
                // Some clients do not receive the response, so some calls are repeated after
                // success.
                if count % 10 == 0
                    && let Ok(again) = record(&actor, planned, &key).await
                {
                    written.repeated += 1;
                    written.repeated_badly += usize::from(again != id);
                }
            }
            // The first call recorded the value, but the server did not recognise the repeat.
            Err(status) if repeats > 0 && status.code() == Code::AlreadyExists => {
                written.repeated_badly += 1;
            }
            Err(status) => written.unexpected.push(status),
        }
    }
    written
}

/// Records a value and returns its id.
async fn record(actor: &Actor, (kpi_id, number): PlannedValue, key: &str) -> Result<i64, Status> {
    let record = RecordKpiValueRequest {
        kpi_id,
        period: Some(Period {
            year: FROM_YEAR + number / 12,
            month: number % 12 + 1,
        }),
        value: Some(f64::from(number)),
        request_id: key.to_owned(),
        ..RecordKpiValueRequest::default()
    };
    let answer = actor
        .values()
        .record_kpi_value(actor.request(record))
        .await?;
    Ok(answer.into_inner().kpi_value.map_or(0, |value| value.id))
}

/// Whether an error is normal during an outage: its code says so, or the connection broke, so that
/// the error has no reason from kreis.
fn is_of_an_outage(status: &Status) -> bool {
    let expected = [
        Code::Unavailable,
        Code::Aborted,
        Code::DeadlineExceeded,
        Code::ResourceExhausted,
    ];
    expected.contains(&status.code()) || status.get_details_error_info().is_none()
}

/// The number of acknowledged values that are missing, and of values that do not have exactly one
/// entry in the change log.
async fn compare(acknowledged: &[PlannedValue], sql: &PgPool) -> (usize, usize) {
    let rows = sql.fetch_all(
        "select kpi_id, year * 12 + month - 1 as month, value,
            (select count(*) from kpi.changes c where c.kpi_value_id = v.id) as entries
        from kpi.kpi_values v",
    );
    let rows = rows.await.expect("the database answers");
    let unlogged = rows.iter().filter(|row| row.get::<i64, _>("entries") != 1);
    let unlogged = unlogged.count();
    let found: HashMap<PlannedValue, Option<f64>> = rows
        .iter()
        .map(|row| {
            let number = row.get::<i32, _>("month") - FROM_YEAR * 12;
            ((row.get("kpi_id"), number), row.get("value"))
        })
        .collect();
    let lost = acknowledged
        .iter()
        .filter(|planned| found.get(planned) != Some(&Some(f64::from(planned.1))));
    (lost.count(), unlogged)
}
