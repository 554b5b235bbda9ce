//! How many statements a read takes: one, whatever the length of its answer.
//! They are counted on the way to Postgres.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex},
};

use kreis_proto::{
    kpi::v1::{
        GetOverviewRequest, ListChangesRequest, ListDueValuesRequest, ListKpiValuesRequest,
        ListKpisRequest, ListRecentChangesRequest, Period,
        list_changes_request::Scope as ChangeScope, list_kpi_values_request::Scope,
    },
    org::v1::{ListCirclesRequest, ListUsersRequest},
};
use kreis_tests::{Actor, Stack, actor::new_kpi, database, stack::Wishes};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
};

/// Statements that each service's role has had carried out.
#[derive(Clone, Default)]
struct Counter(Arc<Mutex<BTreeMap<String, u32>>>);

impl Counter {
    fn add(&self, role: &str) {
        *self.0.lock().unwrap().entry(role.to_owned()).or_default() += 1;
    }

    /// The statements since the last question.
    fn take(&self) -> BTreeMap<String, u32> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// A way to the database of these options that leads past a counter.
async fn counted(options: &PgConnectOptions) -> (PgConnectOptions, Counter) {
    let socket = options.get_socket().unwrap().join(".s.PGSQL.5432");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let past = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(listener.local_addr().unwrap().port())
        .ssl_mode(PgSslMode::Disable)
        .username(options.get_username())
        .database(options.get_database().unwrap());
    let counter = Counter::default();
    let counts = counter.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let postgres = UnixStream::connect(&socket).await.unwrap();
            // A connection ends when either side has had enough.
            tokio::spawn(pass_on(client, postgres, counts.clone()));
        }
    });
    (past, counter)
}

async fn pass_on(client: TcpStream, postgres: UnixStream, counter: Counter) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_postgres, mut to_postgres) = postgres.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from_postgres, &mut to_client).await });
    // The first message has no type; it names the role among the options.
    // https://www.postgresql.org/docs/current/protocol-message-formats.html
    let startup = message(&mut from_client).await?;
    to_postgres.write_all(&startup).await?;
    let startup = String::from_utf8_lossy(&startup).into_owned();
    let role = startup.split("role=").nth(1).unwrap_or_default();
    let role: String = role
        .chars()
        .take_while(|c| !c.is_whitespace() && *c != '\0')
        .collect();
    loop {
        let kind = from_client.read_u8().await?;
        let message = message(&mut from_client).await?;
        // Every quarter of a second a service asks whether the database answers.
        let probe = message.ends_with(b"select 1\0");
        if [b'E', b'Q'].contains(&kind) && !probe {
            counter.add(&role);
        }
        to_postgres
            .write_all(&[&[kind], &message[..]].concat())
            .await?;
    }
}

/// A message with the length that it begins with.
async fn message(from: &mut (impl AsyncReadExt + Unpin)) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    let mut message = length.to_be_bytes().to_vec();
    message.resize(usize::try_from(length).unwrap(), 0);
    from.read_exact(&mut message[4..]).await?;
    Ok(message)
}

/// Reads with a length of their own: each with the service that answers it
/// and, where it is a list, how many entries it has.
async fn reads(actor: &Actor, circle_id: i64, kpi_id: i64, counter: &Counter) -> Vec<Read> {
    let mut done = Vec::new();
    let page_size = 500;
    for circle_id in [None, Some(circle_id)] {
        let asked = ListKpisRequest {
            page_size,
            circle_id,
            ..ListKpisRequest::default()
        };
        let answer = actor.kpis().list_kpis(actor.request(asked)).await;
        let entries = answer.unwrap().into_inner().kpis.len();
        done.push(Read::of("kpi", "ListKpis", entries, counter));
    }
    for scope in [
        None,
        Some(Scope::CircleId(circle_id)),
        Some(Scope::KpiId(kpi_id)),
    ] {
        let asked = ListKpiValuesRequest {
            page_size,
            scope,
            ..ListKpiValuesRequest::default()
        };
        let answer = actor.values().list_kpi_values(actor.request(asked)).await;
        let entries = answer.unwrap().into_inner().kpi_values.len();
        done.push(Read::of("kpi", "ListKpiValues", entries, counter));
    }
    for scope in [
        None,
        Some(ChangeScope::CircleId(circle_id)),
        Some(ChangeScope::KpiId(kpi_id)),
    ] {
        let asked = ListChangesRequest {
            page_size,
            scope,
            ..ListChangesRequest::default()
        };
        let mut client = actor.kpi_changes();
        let answer = client.list_changes(actor.request(asked)).await;
        let entries = answer.unwrap().into_inner().changes.len();
        done.push(Read::of("kpi", "ListChanges", entries, counter));
    }
    for circle_id in [None, Some(circle_id)] {
        let asked = ListDueValuesRequest {
            page_size,
            circle_id,
            whole_organisation: circle_id.is_none(),
            ..ListDueValuesRequest::default()
        };
        let entries = actor.due_values(asked).await.unwrap().due_values.len();
        done.push(Read::of("kpi", "ListDueValues", entries, counter));
    }
    let entries = actor.progress(kpi_id).await.unwrap().len();
    done.push(Read::of("kpi", "GetKpiProgress", entries, counter));
    let circle = actor.circle_progress(circle_id, (2024, 12)).await.unwrap();
    let entries = usize::try_from(circle.n).unwrap();
    done.push(Read::of("kpi", "GetCircleProgress", entries, counter));
    let asked = GetOverviewRequest {
        as_of: Some(Period {
            year: 2024,
            month: 12,
        }),
        ..GetOverviewRequest::default()
    };
    let answer = actor.overview(asked).await.unwrap();
    let entries = answer.circles.iter().map(|circle| circle.kpis.len()).sum();
    done.push(Read::of("kpi", "GetOverview", entries, counter));

    let asked = ListUsersRequest {
        page_size,
        ..ListUsersRequest::default()
    };
    let answer = actor.users().list_users(actor.request(asked)).await;
    let entries = answer.unwrap().into_inner().users.len();
    done.push(Read::of("org", "ListUsers", entries, counter));
    let asked = ListCirclesRequest {
        page_size,
        ..ListCirclesRequest::default()
    };
    let answer = actor.circles().list_circles(actor.request(asked)).await;
    let entries = answer.unwrap().into_inner().circles.len();
    done.push(Read::of("org", "ListCircles", entries, counter));
    done
}

#[derive(Debug)]
struct Read {
    rpc: &'static str,
    entries: usize,
    statements: u32,
}

impl Read {
    fn of(service: &str, rpc: &'static str, entries: usize, counter: &Counter) -> Self {
        let statements = counter.take();
        let role = format!("kreis_{service}");
        Self {
            rpc,
            entries,
            statements: statements.get(&role).copied().unwrap_or_default(),
        }
    }
}

/// So many more users in circles of their own, KPIs of the circle with a
/// target and a value of the same month, and values of the KPI.
async fn add(stack: &Stack, circle_id: i64, kpi_id: i64, number: i32) {
    sqlx::query!(
        r#"with people as (
            insert into org.users
                (first_name, last_name, display_name, display_name_key, email, email_key)
            select 'a', 'a', 'a ' || n, 'a ' || n, n || '@x', n || '@x'
            from generate_series(1, $1) n
            returning id
        ), circles as (
            insert into org.circles (name, name_key)
            select 'a ' || id, 'a ' || id from people
            returning id, name
        )
        insert into org.members (circle_id, user_id)
        select c.id, p.id from circles c join people p on c.name = 'a ' || p.id"#,
        number
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    sqlx::query!(
        "insert into kpi.kpis (circle_id, name, name_key, periodicity, unit, active_since)
        select $1, 'a ' || n, 'a ' || n, 'monthly', 'score', now() - interval '1 year'
        from generate_series(1, $2) n",
        circle_id,
        number
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    sqlx::query!(
        "insert into kpi.targets (kpi_id, from_year, initial_value, target_value)
        select id, 2020, 0, 100 from kpi.kpis on conflict do nothing"
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    sqlx::query!(
        "insert into kpi.kpi_values (kpi_id, year, month, value, created_by, updated_by)
        select k.id, 2024, 1, 0, u.id, u.id from kpi.kpis k, (select min(id) as id from org.users) u
        union all
        select $1, 1900 + n, 1, n, u.id, u.id
        from generate_series(1, $2) n, (select min(id) as id from org.users) u
        on conflict do nothing",
        kpi_id,
        number
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    sqlx::query!(
        "insert into kpi.changes
            (user_id, kpi_id, circle_id, activity, field, old_text, new_text)
        select min(u.id), $1, $2, 'kpi_updated', 'name', '', ''
        from generate_series(1, $3) n, org.users u group by n",
        kpi_id,
        circle_id,
        number
    )
    .execute(&stack.sql)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_takes_one_statement_whatever_its_length() {
    let (past, counter) = counted(&database::fresh().await).await;
    let stack = Stack::start_with(Wishes {
        database: Some(past),
        ..Wishes::default()
    })
    .await;
    let gatekeeper = stack.gatekeeper().await;
    let circle_id = stack.circle("HR").await;
    let kpi = gatekeeper.create_kpi(new_kpi(circle_id, "leave")).await;
    let kpi_id = kpi.unwrap().id;
    let value = gatekeeper.record(kpi_id, (2024, 1), 1.0).await.unwrap();
    // What is remembered for a while is asked for once.
    let short = reads(&gatekeeper, circle_id, kpi_id, &counter).await;
    add(&stack, circle_id, kpi_id, 60).await;
    counter.take();
    let long = reads(&gatekeeper, circle_id, kpi_id, &counter).await;
    for (short, long) in short.iter().zip(&long) {
        assert!(short.entries < 5 && long.entries > 50, "{short:?} {long:?}");
        // The time zone is read anew every ten seconds, which may be now.
        let zone = u32::from(["ListChanges", "ListDueValues"].contains(&long.rpc));
        // An overview reads its circles, then their KPIs.
        let circles = u32::from(long.rpc == "GetOverview");
        assert!(
            (1..=1 + zone + circles).contains(&long.statements),
            "{long:?}"
        );
    }
    let asked = ListRecentChangesRequest {
        kpi_value_id: value.id,
    };
    let mut client = gatekeeper.kpi_changes();
    let recent = client.list_recent_changes(gatekeeper.request(asked)).await;
    assert_eq!(recent.unwrap().into_inner().changes.len(), 1);
    assert_eq!(
        Read::of("kpi", "ListRecentChanges", 1, &counter).statements,
        1
    );
}
