//! A flood of sign-ins.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use kreis_tests::{
    flood::{ATTACKER, SignIns, sign_in},
    raw::RawClient,
    server::{EMAIL, PASSWORD, Server},
};
use tokio::time::sleep;

use crate::{
    healthy::{Calls, Healthy},
    outcome::Check,
};

/// Pause between two correct sign-ins. Each comes from another address.
const PAUSE: Duration = Duration::from_millis(150);
/// Longest time of a correct sign-in during the flood: the queue refuses after four seconds.
const MAX_SIGN_IN_TIME: Duration = Duration::from_secs(4);

pub(crate) async fn drill(planted: bool) -> Vec<Check> {
    let attacker = ATTACKER.to_string();
    let settings: &[_] = if planted {
        &[("KREIS_TRUSTED_PROXIES", attacker.as_str())]
    } else {
        &[]
    };
    let server = Server::start(settings).await;
    let url = &server.kreis.url;
    let header_of = |number: u32| {
        let [_, a, b, c] = number.to_be_bytes();
        ("x-forwarded-for", format!("203.{a}.{b}.{c}"))
    };
    let mut healthy = Healthy::before(&server).await;
    let flood = SignIns::begin(&RawClient::slow(url, ATTACKER.into()), header_of);
    flood.until_refused().await;
    let mut others = Calls::default();
    let sign_ins = async {
        for number in 1..=u8::MAX {
            let from = Ipv4Addr::new(127, 0, 1, number);
            let other = RawClient::slow(url, from.into());
            let asked = Instant::now();
            let told = sign_in(&other, ("te", "trailers"), EMAIL, PASSWORD).await;
            others.add(asked.elapsed(), told.is_ok());
            sleep(PAUSE).await;
        }
    };
    healthy.meanwhile(sign_ins).await;
    drop(flood);
    let mut checks = vec![
        others.none_failed("right sign-ins from other addresses that fail"),
        Check::within("p99 of right sign-ins", others.p99(), MAX_SIGN_IN_TIME),
    ];
    checks.extend(healthy.afterwards().await);
    checks
}
