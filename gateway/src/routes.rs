//! Finds the service of each package of the contract, and keeps channels to its addresses.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use kreis_proto::access::v1::Access;
use kreis_server::{
    access::AccessPolicy,
    bind_error::BindError,
    server_config::parse_endpoints,
    tls::{ClientTls, lazy_channel},
};
use tokio::time::timeout;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

/// Channels to each address. With more than one, a broken connection does not end every call in
/// progress.
const CHANNELS: usize = 2;
/// Longest wait for a health check.
const HEALTH_CHECK_TIMEOUT: Duration = Duration::from_millis(800);

/// The instances of one service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Upstream {
    instances: Arc<[Instance]>,
    next: Arc<AtomicUsize>,
}

/// One instance of a service.
struct Instance {
    channels: Vec<Channel>,
    /// Result of its last health check; false from the start.
    is_serving: AtomicBool,
}

impl Upstream {
    fn connect_lazily(addresses: &str, tls: Option<&ClientTls>) -> Result<Self, BindError> {
        let instance = |endpoint: Endpoint| {
            let endpoint = endpoint
                .connect_timeout(Duration::from_millis(800))
                .tcp_nodelay(true)
                .http2_keep_alive_interval(Duration::from_secs(2))
                .keep_alive_timeout(Duration::from_secs(2))
                .keep_alive_while_idle(true)
                // All clients share these connections, so cancelled calls must not close them.
                .http2_max_local_error_reset_streams(None);
            Instance {
                channels: (0..CHANNELS)
                    .map(|_| lazy_channel(&endpoint, tls))
                    .collect(),
                is_serving: AtomicBool::new(false),
            }
        };
        Ok(Self {
            instances: parse_endpoints(addresses)?
                .into_iter()
                .map(instance)
                .collect(),
            next: Arc::default(),
        })
    }

    /// The channels to try for one call. Channels to healthy instances come first, starting with
    /// the next one in turn. The others follow, because one of them may have become healthy since
    /// its last check.
    pub(crate) fn channels(&self) -> Vec<Channel> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let (serving, others) = self
            .instances
            .iter()
            .partition(|instance| instance.is_serving.load(Ordering::Relaxed));
        let mut channels = rotated_channels(serving, turn);
        channels.extend(rotated_channels(others, turn));
        channels
    }

    /// Checks the health of each instance; returns whether any is healthy.
    pub(crate) async fn is_serving(&self) -> bool {
        let asked = self.instances.iter().map(|instance| async {
            let is_serving = timeout(
                HEALTH_CHECK_TIMEOUT,
                check_health(instance.channels[0].clone()),
            )
            .await;
            instance
                .is_serving
                .store(is_serving.unwrap_or(false), Ordering::Relaxed);
        });
        join_all(asked).await;
        self.instances
            .iter()
            .any(|instance| instance.is_serving.load(Ordering::Relaxed))
    }
}

/// All channels to these instances: first one channel of each instance, then the next one of each.
fn rotated_channels(mut instances: Vec<&Instance>, turn: usize) -> Vec<Channel> {
    let Some(first) = turn.checked_rem(instances.len()) else {
        return Vec::new();
    };
    // The channels of each instance take turns too.
    let round = turn / instances.len();
    instances.rotate_left(first);
    (round..round + CHANNELS)
        .flat_map(|turn| {
            instances
                .iter()
                .map(move |instance| (instance, turn % CHANNELS))
        })
        .map(|(instance, channel)| instance.channels[channel].clone())
        .collect()
}

async fn check_health(channel: Channel) -> bool {
    let request = HealthCheckRequest {
        service: String::new(),
    };
    let answer = HealthClient::new(channel).check(request).await;
    answer.is_ok_and(|answer| answer.into_inner().status() == ServingStatus::Serving)
}

/// The services by package. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Routes {
    policy: AccessPolicy,
    by_package: Arc<HashMap<String, Upstream>>,
}

impl Routes {
    /// Every package with public RPCs must have an address.
    pub(crate) fn new(
        policy: AccessPolicy,
        upstream_addresses: &BTreeMap<String, String>,
        tls: Option<&ClientTls>,
    ) -> Result<Self, BindError> {
        let mut by_package = HashMap::new();
        for (package, address) in upstream_addresses {
            by_package.insert(package.clone(), Upstream::connect_lazily(address, tls)?);
        }
        for (path, rpc) in policy.rpcs() {
            if rpc.access != Access::Internal && !by_package.contains_key(&rpc.package) {
                let error = format!("{path} cannot be routed: {} has no address", rpc.package);
                return Err(BindError::Other(error));
            }
        }
        Ok(Self {
            policy,
            by_package: Arc::new(by_package),
        })
    }

    /// The access rule of the RPC at a path.
    pub(crate) fn access(&self, path: &str) -> Option<Access> {
        self.policy.access(path)
    }

    /// The service of the RPC at a path; absent for an unknown path.
    pub(crate) fn upstream(&self, path: &str) -> Option<&Upstream> {
        self.by_package.get(&self.policy.rpc(path)?.package)
    }

    /// Every package's service with the names of its gRPC services that outside clients may call.
    pub(crate) fn packages(&self) -> Vec<(Upstream, Vec<String>)> {
        self.by_package
            .iter()
            .map(|(package, upstream)| {
                let mut services: Vec<String> = self
                    .policy
                    .rpcs()
                    .filter(|(_, rpc)| rpc.package == *package && rpc.access != Access::Internal)
                    .map(|(_, rpc)| rpc.service.clone())
                    .collect();
                services.sort();
                services.dedup();
                (upstream.clone(), services)
            })
            .collect()
    }
}
