//! Request bodies that never end.

use std::time::Duration;

use kreis_tests::{database, flood, server::Server};
use tokio::time::sleep;

use crate::{healthy::Healthy, outcome::Check, unbounded};

const MEBIBYTE: u64 = 1024 * 1024;
/// Largest resident memory of the whole process under attack.
const MAX_MEBIBYTES: u64 = 256;
/// Interval between two measurements of the memory.
const LOOK: Duration = Duration::from_millis(50);

pub(crate) async fn drill(planted: bool) -> Vec<Check> {
    let server = if planted {
        Server::start_as(
            database::fresh().await,
            unbounded::SETTINGS,
            unbounded::command,
        )
        .await
    } else {
        Server::start(&[]).await
    };
    let attacker = server.another_gatekeeper("attacker").await;
    let mut most = 0;
    let watched = async {
        loop {
            most = most.max(server.kreis.memory());
            sleep(LOOK).await;
        }
    };
    let flood = async {
        flood::unfinished_bodies(&server.kreis.url, attacker.token()).await;
    };
    let measured = async {
        let mut healthy = Healthy::before(&server).await;
        healthy.meanwhile(flood).await;
        healthy.afterwards().await
    };
    let mut checks = tokio::select! {
        checks = measured => checks,
        () = watched => unreachable!("it never ends"),
    };
    let most = Check::at_most("memory of kreis", most / MEBIBYTE, MAX_MEBIBYTES, "MiB");
    checks.insert(0, most);
    checks
}
