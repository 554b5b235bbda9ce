//! Signing keys that are added while the servers run.

use std::{net::SocketAddr, path::Path, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use http::{HeaderMap, HeaderValue};
use kreis_auth::{AuthConfig, GuessBounds, Lifetimes};
use kreis_database::DatabaseConfig;
use kreis_server::{authenticator::Authenticator, metrics::Metrics};
use kreis_tests::{
    Actor, Stack, database,
    process::{Kreis, command},
    server::Server,
    stack::{PASSWORD, channel},
    tcp_proxy::TcpProxy,
};
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_fetched_once_and_no_call_is_refused_meanwhile() {
    let stack = Stack::start().await;
    let (email, user_id) = stack.person(true).await;
    let old = stack.sign_in(&email).await;
    // A server that checks tokens, over a channel that later leads to another auth.
    let tcp_proxy = TcpProxy::to(stack.addresses.tokens).await;
    let replica = stack.token_source(tcp_proxy.address).replica().unwrap();
    let authenticator = Authenticator::new(replica.clone());
    let stop = CancellationToken::new();
    let _stops = stop.clone().drop_guard();
    tokio::spawn(replica.clone().run(stop.clone()));
    let judged = async |actor: &Actor| {
        let mut headers = HeaderMap::new();
        let bearer = HeaderValue::from_str(&format!("Bearer {}", actor.token())).unwrap();
        headers.insert("authorization", bearer);
        authenticator.authenticate(&headers).await
    };
    while !replica.has_valid_lease() {
        tokio::task::yield_now().await;
    }
    judged(&old).await.unwrap();

    // auth restarts, signs with another key, and still knows the old one.
    let old_key = stack.directory.path().join("signing-key.pem");
    let new_key = stack.directory.path().join("new-key.pem");
    kreis_auth::signing_keys::generate(&new_key).unwrap();
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let restarted = kreis_auth::bind(
        AuthConfig {
            listen: any_port.into(),
            token_listen: any_port.into(),
            tls: None,
            database: DatabaseConfig {
                connect: stack.database.clone(),
                role: Some("kreis_auth".to_owned()),
                connections: 2,
            },
            signing_keys: vec![new_key, old_key],
            secret: stack.secret.clone(),
            lifetimes: Lifetimes::default(),
            guess_bounds: GuessBounds::default(),
            mail: None,
            single_sign_on: None,
            lease: Duration::from_secs(3),
            longest_call: Duration::from_secs(10),
            calls_at_once: 64,
            reflection: false,
        },
        Metrics::default(),
        stop.clone(),
    );
    let restarted = restarted.await.unwrap();
    tokio::spawn(restarted.run);
    tcp_proxy.redirect_to(restarted.addresses.tokens);
    let fresh = stack.anonymous().at(channel(restarted.addresses.calls));
    let fresh = fresh.sign_in(&email, PASSWORD).await.unwrap();
    // A server that knows this entry has polled through the channel.
    let seq = sqlx::query_scalar!(
        r#"select auth.append_revocation('token', 'nobody', 0, null, 'a test') as "seq!""#
    );
    let seq = seq.fetch_one(&stack.sql).await.unwrap();
    while !replica.wait_for_seq(seq).await {}
    for caller in join_all((0..50).map(|_| judged(&fresh))).await {
        assert_eq!(caller.unwrap().user_id.get(), user_id);
    }
    judged(&old).await.unwrap();
}

const TOLD: &str = "signs with a key that this one does not know";

/// A second `kreis` on the database of the first, with a data directory of its own.
async fn beside(one: &Server, data_dir: &Path) -> Kreis {
    let url = database::url(&one.sql.connect_options());
    let data_dir = data_dir.to_str().unwrap();
    let settings = [
        ("KREIS_DATABASE_URL", url.as_str()),
        ("KREIS_DATA_DIR", data_dir),
    ];
    let other = command("kreis", &settings);
    let started = spawn_blocking(move || Kreis::start_command(other));
    started.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_do_not_know_each_others_keys_say_so() {
    let one = Server::start(&[]).await;
    let directory = tempfile::tempdir().unwrap();
    let other = beside(&one, directory.path()).await;
    let asked = Instant::now();
    for kreis in [&one.kreis, &other] {
        while !kreis.log_output().contains(TOLD) {
            assert!(asked.elapsed() < WAIT_TIMEOUT, "{}", kreis.log_output());
            sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_with_one_key_and_a_key_that_has_gone_are_no_news() {
    let one = Server::start(&[]).await;
    sqlx::query!("insert into auth.token_issuers values ('gone', 300, now() - interval '1 hour')")
        .execute(&one.sql)
        .await
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("signing-key.pem");
    std::fs::copy(one.data_dir().join("signing-key.pem"), key).unwrap();
    let other = beside(&one, directory.path()).await;
    // Each of the two checks at least twice.
    for _ in 0..4 {
        let looked = last_look(&one).await;
        let asked = Instant::now();
        while last_look(&one).await == looked {
            assert!(asked.elapsed() < WAIT_TIMEOUT, "no server looks");
            sleep(Duration::from_millis(100)).await;
        }
    }
    for kreis in [&one.kreis, &other] {
        assert!(!kreis.log_output().contains(TOLD), "{}", kreis.log_output());
    }
}

async fn last_look(server: &Server) -> Option<DateTime<Utc>> {
    sqlx::query_scalar!("select max(seen_time) from auth.token_issuers")
        .fetch_one(&server.sql)
        .await
        .unwrap()
}
