//! A flood of sign-ins from one address, and everybody else who signs in meanwhile.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use kreis_proto::auth::v1::LoginRequest;
use kreis_tests::{
    Stack,
    raw::RawClient,
    stack::{PASSWORD, Wishes},
};
use prost::Message;
use tokio::task::JoinSet;
use tonic::{Code, Status};

const LOGIN: &str = "/kreis.auth.v1.AuthService/Login";
/// Callers of the flood at once: more than the queue holds on any machine.
const FLOOD: usize = 200;
/// After one that was refused.
const PAUSE: Duration = Duration::from_millis(200);
/// Others who sign in.
const OTHERS: u8 = 20;

/// A system that waits for a busy machine: passwords are hashed when all else has gone
/// first.
async fn patient(mut gateway: Vec<(&'static str, String)>) -> Stack {
    gateway.push(("KREIS_LONGEST_CALL_MS", "120000".to_owned()));
    let wishes = Wishes {
        gateway,
        ..Wishes::default()
    };
    Stack::start_with(wishes).await
}

/// What a sign-in is told.
async fn sign_in(
    client: &RawClient,
    header: (&str, &str),
    email: &str,
    password: &str,
) -> Result<(), Status> {
    let login = LoginRequest {
        email: email.to_owned(),
        password: password.to_owned(),
    };
    let answer = client.call(LOGIN, &[header], &login.encode_to_vec()).await;
    answer.expect("the connection holds").outcome()
}

/// Sign-ins with wrong passwords, one after the other by each of many callers, with the
/// header that `header_of` makes of a number, until it is dropped.
fn flood(
    client: &RawClient,
    header_of: impl Fn(u32) -> (&'static str, String) + Copy + Send + 'static,
) -> (JoinSet<()>, Arc<AtomicU32>) {
    let refused = Arc::new(AtomicU32::new(0));
    let numbers = Arc::new(AtomicU32::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..FLOOD {
        let (client, refused, numbers) =
            (client.clone(), Arc::clone(&refused), Arc::clone(&numbers));
        callers.spawn(async move {
            loop {
                let (name, value) = header_of(numbers.fetch_add(1, Ordering::Relaxed));
                let told = sign_in(&client, (name, &value), "nobody@example.org", "wrong").await;
                if told.unwrap_err().code() == Code::ResourceExhausted {
                    refused.fetch_add(1, Ordering::Relaxed);
                    // It fills the queue; the processor is for the others.
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
    }
    (callers, refused)
}

/// Waits until the flood finds the queue full.
async fn until_refused(refused: &AtomicU32) {
    while refused.load(Ordering::Relaxed) < 10 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_from_one_address_refuses_none_of_the_others() {
    let proxy = ("KREIS_TRUSTED_PROXIES", "127.0.0.1".to_owned());
    let stack = patient(vec![proxy]).await;
    let (email, _) = stack.person(false).await;
    let client = RawClient::http2(stack.url());
    let (_flood, refused) = flood(&client, |_| ("x-forwarded-for", "203.0.113.66".to_owned()));
    until_refused(&refused).await;
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
    let (_flood, refused) = flood(&RawClient::http2(stack.url()), header_of);
    until_refused(&refused).await;
    let other = RawClient::slow(stack.url(), Ipv4Addr::new(127, 0, 0, 2).into());
    for _ in 0..OTHERS {
        let header = ("te", "trailers");
        sign_in(&other, header, &email, PASSWORD).await.unwrap();
    }
}
