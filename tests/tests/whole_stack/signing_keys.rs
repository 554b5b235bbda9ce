//! Signing keys that come while the others are at work.

use std::{net::SocketAddr, time::Duration};

use futures_util::future::join_all;
use http::{HeaderMap, HeaderValue};
use kreis_auth::AuthConfig;
use kreis_chassis::{database::DatabaseConfig, metrics::Metrics, token::Authenticator};
use kreis_tests::{
    Actor, Stack,
    stack::{PASSWORD, channel},
    way::Way,
};
use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_fetched_once_and_nobody_is_refused_meanwhile() {
    let stack = Stack::start().await;
    let (email, user_id) = stack.person(true).await;
    let old = stack.sign_in(&email).await;
    // Somebody who judges tokens, over a way that leads to another auth later.
    let way = Way::to(stack.addresses.tokens).await;
    let holder = stack.token_source(way.address).holder().unwrap();
    let judge = Authenticator::new(holder.clone());
    let stop = CancellationToken::new();
    let _stops = stop.clone().drop_guard();
    tokio::spawn(holder.clone().run(stop.clone()));
    let judged = async |actor: &Actor| {
        let mut headers = HeaderMap::new();
        let bearer = HeaderValue::from_str(&format!("Bearer {}", actor.token())).unwrap();
        headers.insert("authorization", bearer);
        judge.caller(&headers).await
    };
    while !holder.is_fresh() {
        tokio::task::yield_now().await;
    }
    judged(&old).await.unwrap();

    // auth starts anew, signs with another key and still knows the old one.
    let old_key = stack.directory.path().join("signing-key.pem");
    let new_key = stack.directory.path().join("new-key.pem");
    kreis_auth::keys::generate(&new_key).unwrap();
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
            token_life: Duration::from_mins(10),
            lease: Duration::from_secs(3),
            longest_call: Duration::from_secs(10),
            reflection: false,
        },
        Metrics::default(),
        stop.clone(),
    );
    let restarted = restarted.await.unwrap();
    tokio::spawn(restarted.run);
    way.lead_to(restarted.addresses.tokens);
    let fresh = stack.anonymous().at(channel(restarted.addresses.calls));
    let fresh = fresh.sign_in(&email, PASSWORD).await.unwrap();
    // Whoever knows this entry has come to the end of the way.
    let seq = sqlx::query_scalar!(
        r#"select auth.append_revocation('token', 'nobody', 0, null, 'a test') as "seq!""#
    );
    let seq = seq.fetch_one(&stack.sql).await.unwrap();
    while !holder.hold_until(seq).await {}
    for caller in join_all((0..50).map(|_| judged(&fresh))).await {
        assert_eq!(caller.unwrap().user_id, user_id);
    }
    judged(&old).await.unwrap();
}
