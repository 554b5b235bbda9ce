//! Where each package of the contract is served: the address book, and the
//! channels to each address.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use kreis_chassis::{access::Policy, service::BindFault};
use kreis_proto::access::v1::Access;
use tonic::transport::{Channel, Endpoint};

/// More than one, so that a connection that breaks does not take every call
/// under way with it.
const CHANNELS: usize = 2;

/// The way to one service. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Upstream {
    channels: Arc<[Channel]>,
    turn: Arc<AtomicUsize>,
}

impl Upstream {
    fn to(address: &str) -> Result<Self, BindFault> {
        let endpoint = Endpoint::from_shared(address.to_owned())
            .map_err(|_| BindFault::Address(address.to_owned()))?
            .connect_timeout(Duration::from_millis(800))
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(2))
            .keep_alive_timeout(Duration::from_secs(2))
            .keep_alive_while_idle(true)
            // Everybody's calls share these; cancelled ones must not close them.
            .http2_max_local_error_reset_streams(None);
        let channels = (0..CHANNELS).map(|_| endpoint.connect_lazy()).collect();
        Ok(Self {
            channels,
            turn: Arc::default(),
        })
    }

    /// One of the channels, in turn.
    pub(crate) fn channel(&self) -> Channel {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.channels[turn % self.channels.len()].clone()
    }
}

/// The ways to all services, by package. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Routes {
    policy: Policy,
    by_package: Arc<HashMap<String, Upstream>>,
}

impl Routes {
    /// Every package that can be called from outside must have an address.
    pub(crate) fn new(
        policy: Policy,
        address_book: &BTreeMap<String, String>,
    ) -> Result<Self, BindFault> {
        let mut by_package = HashMap::new();
        for (package, address) in address_book {
            by_package.insert(package.clone(), Upstream::to(address)?);
        }
        for (path, rpc) in policy.rpcs() {
            if rpc.access != Access::Internal && !by_package.contains_key(&rpc.package) {
                let fault = format!("{path} cannot be routed: {} has no address", rpc.package);
                return Err(BindFault::Other(fault));
            }
        }
        Ok(Self {
            policy,
            by_package: Arc::new(by_package),
        })
    }

    /// The way to the RPC at a path; absent for a path that leads nowhere.
    pub(crate) fn upstream(&self, path: &str) -> Option<&Upstream> {
        self.by_package.get(&self.policy.rpc(path)?.package)
    }

    /// Every package with its way and the services that are called from outside.
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
