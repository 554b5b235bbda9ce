//! The installation of `docker-compose.yml`: it is consistent, it serves, and each part can be
//! restarted under load.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use docker_compose_types::{DependsOnOptions, Environment, Secrets};
use kreis_gateway::failover::was_never_sent;
use kreis_proto::{
    kpi::v1::ListKpisRequest,
    org::v1::{GetMeRequest, ListCirclesRequest},
};
use kreis_tests::{
    Actor,
    actor::new_kpi,
    deployment::{Deployment, GATEKEEPER, compose_file},
    stack::{PASSWORD, channel},
};
use tonic::Status;

const CLIENTS: usize = 6;

#[test]
fn the_compose_file_names_only_what_it_defines() {
    let compose = compose_file();
    let names: BTreeSet<&str> = compose.services.0.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        BTreeSet::from(["auth", "gateway", "kpi", "migrate", "org", "postgres"])
    );
    for (name, service) in &compose.services.0 {
        let service = service.as_ref().unwrap();
        if let DependsOnOptions::Conditional(on) = &service.depends_on {
            for (other, condition) in on {
                assert!(names.contains(other.as_str()), "{name} waits for {other}");
                let known = ["service_healthy", "service_completed_successfully"];
                assert!(known.contains(&condition.condition.as_str()), "{name}");
            }
        } else {
            assert_eq!(name, "postgres", "everything else waits for something");
        }
        let Environment::KvPair(environment) = &service.environment else {
            panic!("{name} names its environment");
        };
        let given: BTreeSet<&str> = match &service.secrets {
            Some(Secrets::Simple(secrets)) => secrets.iter().map(String::as_str).collect(),
            _ => panic!("{name} has secrets by name"),
        };
        let used: BTreeSet<String> = environment
            .values()
            .filter_map(|value| {
                Some(
                    value
                        .as_ref()?
                        .to_string()
                        .strip_prefix("/run/secrets/")?
                        .to_owned(),
                )
            })
            .collect();
        assert_eq!(given, used.iter().map(String::as_str).collect(), "{name}");
        if name != "postgres" {
            assert!(service.read_only || name == "migrate", "{name} may write");
            assert!(service.healthcheck.is_some() || name == "migrate", "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_compose_file_describes_serves_over_tcp_with_a_role_for_each_service() {
    let deployment = Deployment::begin(1).await;
    let servers = tokio::task::block_in_place(|| {
        ["auth", "org", "kpi", "gateway"].map(|service| deployment.start(service, 0))
    });
    let nobody = Actor::new(channel(deployment.gateway(0)), None, 0);
    let greta = nobody.sign_in(GATEKEEPER, PASSWORD).await.unwrap();
    let me = greta.users().get_me(greta.request(GetMeRequest {})).await;
    let organisation = me.unwrap().into_inner().organisation.unwrap();
    assert_eq!(organisation.time_zone, "Europe/Zurich");
    tokio::task::block_in_place(|| {
        for server in servers.into_iter().rev() {
            server.stop();
        }
    });
}

/// Counts the outcomes of the clients' calls.
#[derive(Default)]
struct Tally {
    answered: AtomicU64,
    stop: AtomicBool,
}

/// Calls through both gateways in turn until told to stop. A call that could not be sent goes to
/// the other gateway. A call that was sent is never sent again.
async fn keep_calling(ways: Vec<Actor>, client: usize, tally: Arc<Tally>) {
    for turn in client * 7.. {
        if tally.stop.load(Ordering::Relaxed) {
            return;
        }
        let mut answer = call(&ways[turn % ways.len()], client, turn).await;
        if answer.as_ref().is_err_and(|status| was_never_sent(status)) {
            answer = call(&ways[(turn + 1) % ways.len()], client, turn).await;
        }
        answer.unwrap_or_else(|status| panic!("call {turn} of client {client} failed: {status:?}"));
        tally.answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// Signing in is slow, so only the first client does it. The other clients call several RPCs, so
/// that every service is used.
async fn call(actor: &Actor, client: usize, turn: usize) -> Result<(), Status> {
    if client == 0 {
        return actor.sign_in(GATEKEEPER, PASSWORD).await.map(drop);
    }
    match turn % 4 {
        0 => {
            let request = actor.request(ListKpisRequest::default());
            actor.kpis().list_kpis(request).await?;
        }
        1 => {
            let request = actor.request(ListCirclesRequest::default());
            actor.circles().list_circles(request).await?;
        }
        2 => {
            actor.users().get_me(actor.request(GetMeRequest {})).await?;
        }
        _ => {
            let month = i32::try_from(turn % 12).unwrap() + 1;
            let year = 1990 + i32::try_from(turn % 30).unwrap();
            match actor.record(1, (year, month), 1.0).await {
                Err(status) if status.code() == tonic::Code::AlreadyExists => {}
                answered => drop(answered?),
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_of_everything_fails_no_call() {
    const COPIES: usize = 2;
    let deployment = Deployment::begin(COPIES).await;
    let services = ["auth", "org", "kpi", "gateway"];
    let mut servers = tokio::task::block_in_place(|| {
        services.map(|service| [0, 1].map(|copy| Some(deployment.start(service, copy))))
    });
    let nobody = Actor::new(channel(deployment.gateway(0)), None, 0);
    let greta = nobody.sign_in(GATEKEEPER, PASSWORD).await.unwrap();
    let circle = greta.create_circle("Counselling").await.unwrap().id;
    let kpi = greta
        .create_kpi(new_kpi(circle, "consultations"))
        .await
        .unwrap();
    assert_eq!(kpi.id, 1);

    let tally = Arc::<Tally>::default();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let ways = (0..COPIES)
                .map(|copy| greta.at(channel(deployment.gateway(copy))))
                .collect();
            tokio::spawn(keep_calling(ways, client, Arc::clone(&tally)))
        })
        .collect();
    for (service, copies) in services.iter().zip(&mut servers) {
        for (copy, server) in copies.iter_mut().enumerate() {
            let before = tally.answered.load(Ordering::Relaxed);
            tokio::task::block_in_place(|| {
                server.take().unwrap().stop();
                *server = Some(deployment.start(service, copy));
            });
            let during = tally.answered.load(Ordering::Relaxed) - before;
            assert!(
                during > 0,
                "no call was answered while {service} was restarted"
            );
        }
    }
    tally.stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("no call fails");
    }
}
