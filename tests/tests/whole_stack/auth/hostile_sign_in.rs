//! A flood of sign-ins from one address, and other users who sign in meanwhile.

use futures_util::future::join_all;
use kreis_auth::GuessBounds;
use kreis_tests::{
    Stack,
    flood::{ATTACKER, SignIns, sign_in},
    raw::RawClient,
    stack::{PASSWORD, StackOptions},
};

/// Number of other users who sign in.
const OTHERS: u8 = 20;

/// A system with long timeouts: on a busy machine, hashing comes after all other work. It allows as
/// many wrong passwords as the flood sends: these tests are about the queue behind that limit.
async fn patient(mut gateway: Vec<(&'static str, String)>) -> Stack {
    gateway.push(("KREIS_LONGEST_CALL_MS", "120000".to_owned()));
    let options = StackOptions {
        gateway,
        guess_bounds: GuessBounds {
            per_address: 1_000_000,
            whole: 1_000_000,
            ..GuessBounds::default()
        },
        ..StackOptions::default()
    };
    Stack::start_with(options).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_from_one_address_refuses_none_of_the_others() {
    let proxy = ("KREIS_TRUSTED_PROXIES", "127.0.0.1".to_owned());
    let stack = patient(vec![proxy]).await;
    let (email, _) = stack.person(false).await;
    let client = RawClient::http2(stack.url());
    let flood = SignIns::begin(&client, |_| ("x-forwarded-for", "203.0.113.66".to_owned()));
    flood.until_refused().await;
    for first in (0..OTHERS).step_by(2) {
        let some = (first..OTHERS.min(first + 2)).map(async |number| {
            let address = format!("198.51.100.{number}");
            let header = ("x-forwarded-for", address.as_str());
            sign_in(&client, header, &email, PASSWORD).await
        });
        for told in join_all(some).await {
            told.expect("an address with one sign-in is not refused");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_that_makes_up_its_addresses_is_one_address() {
    let stack = patient(Vec::new()).await;
    let (email, _) = stack.person(false).await;
    let header_of = |number: u32| {
        let name = ["kreis-client-address", "x-forwarded-for"][number as usize % 2];
        let [_, a, b, c] = number.to_be_bytes();
        (name, format!("203.{a}.{b}.{c}"))
    };
    let flood = SignIns::begin(&RawClient::http2(stack.url()), header_of);
    flood.until_refused().await;
    let other = RawClient::slow(stack.url(), ATTACKER.into());
    for _ in 0..OTHERS {
        let header = ("te", "trailers");
        sign_in(&other, header, &email, PASSWORD).await.unwrap();
    }
}
