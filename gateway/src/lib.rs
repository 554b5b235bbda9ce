//! The gateway: one port for browsers (gRPC-Web), gRPC clients and the web
//! client's files.
//!
//! The gateway decodes no messages and has no list of RPCs: the routing table and the access policy
//! come from the contract's descriptor.

mod auth_cookies;
mod back_channel_logout;
mod config;
pub mod failover;
#[cfg(fuzzing)]
pub mod fuzz_targets;
mod http_router;
mod local_streams;
mod message_limit;
mod proxy;
mod response_headers;
mod routes;
mod session_cookie;
mod trusted_proxies;
mod unary_message;

use std::net::SocketAddr;

use kreis_proto::access::v1::Access;
use kreis_server::{
    access::AccessPolicy,
    authenticator::Authenticator,
    bind_error::BindError,
    call_queue::CallQueues,
    client_limits::ClientLimiter,
    connections::{self, BoundServer},
    health::{self, NotServing},
    metrics::Metrics,
    middleware::{Authentication, Middleware, MiddlewareConfig},
    reflection::add_reflection,
    revocations::RevocationReplica,
};
use prost::Message;
use prost_types::FileDescriptorSet;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic_health::server::HealthReporter;
use tonic_web::GrpcWebLayer;
use tower::{Layer, util::option_layer};

pub use crate::{config::GatewayConfig, trusted_proxies::TrustedProxies};
use crate::{
    config::{CONNECTION_LIMITS, NAME, PACKAGES},
    http_router::HttpRouter,
    proxy::Proxy,
    response_headers::ResponseHeaders,
    routes::{Routes, Upstream},
};

/// Binds the gateway. Its address is known then; it serves while `run` is polled.
pub async fn bind(
    config: &GatewayConfig,
    metrics: &Metrics,
    shutdown: CancellationToken,
) -> Result<BoundServer<SocketAddr>, BindError> {
    let (listener, address) = config.listen.clone().bind().await?;
    let policy = AccessPolicy::from_contract()?;
    let routes = Routes::new(
        policy.clone(),
        &config.upstream_addresses,
        config.tokens.tls.as_ref(),
    )?;
    let replica = config.tokens.replica()?;

    let (reporter, health_service) = tonic_health::server::health_reporter();
    let mut local_services = tonic::service::Routes::builder();
    local_services.add_service(health_service);
    if config.reflection {
        add_reflection(&mut local_services, &public_descriptor_set(&policy)?)?;
    }
    let proxy = Proxy {
        local_services: local_services.routes().prepare(),
        routes: routes.clone(),
        replica: replica.clone(),
        largest_message: config.largest_message,
        longest_call: config.longest_call,
    };
    let authenticator = Authenticator::new(replica.clone());
    let server_metrics = metrics.for_server(NAME);
    authenticator.register_metrics(&server_metrics);
    let client_limiter =
        ClientLimiter::with_resolver(config.trusted_proxies.clone(), config.client_limits);
    client_limiter.register_metrics(&server_metrics);
    listener.register_metrics(&server_metrics);
    let packages = PACKAGES.map(|(package, _, _)| package);
    let call_queues = CallQueues::new(packages, config.calls_at_once);
    call_queues.register_metrics(&server_metrics);
    let middleware = MiddlewareConfig {
        server: NAME,
        policy,
        authentication: Authentication::AccessToken(authenticator),
        is_public: true,
        longest_call: config.longest_call,
        largest_message: config.largest_message,
        call_queues: Some(call_queues),
        metrics: metrics.calls_for(NAME),
    };
    let grpc = GrpcWebLayer::new().layer(Middleware::new(middleware, proxy));
    let http_router = HttpRouter::new(grpc, config.web_dir.clone(), &config.cors_origins);
    let cors = option_layer(http_router::cors(config.cors_origins.clone()));
    let service = ResponseHeaders::new(cors.layer(http_router));

    let run = async move {
        let tasks = TaskTracker::new();
        // Tokens are verified until the last call has ended.
        let ended = CancellationToken::new();
        tasks.spawn(replica.clone().run(ended.clone()));
        report_health(&tasks, &reporter, &routes, &replica, &shutdown).await;
        replica.wait_until_current().await;
        connections::serve(
            listener,
            service,
            CONNECTION_LIMITS,
            client_limiter,
            shutdown,
        )
        .await;
        ended.cancel();
        tasks.close();
        tasks.wait().await;
    };
    Ok(BoundServer {
        addresses: address,
        run: Box::pin(run),
    })
}

/// Reports the health of each service behind the gateway, as the service reports it, and of the
/// gateway. The gateway serves while all services serve and its revocation replica is valid.
async fn report_health(
    tasks: &TaskTracker,
    reporter: &HealthReporter,
    routes: &Routes,
    replica: &RevocationReplica,
    shutdown: &CancellationToken,
) {
    let packages = routes.packages();
    let upstreams: Vec<Upstream> = packages
        .iter()
        .map(|(upstream, _)| upstream.clone())
        .collect();
    let mut reports = vec![(upstreams, vec![String::new()])];
    reports.extend(
        packages
            .into_iter()
            .map(|(upstream, services)| (vec![upstream], services)),
    );
    for (upstreams, services) in reports {
        let names: Vec<&str> = services.iter().map(String::as_str).collect();
        health::set(reporter, &names, false).await;
        let (reporter, replica, shutdown) = (reporter.clone(), replica.clone(), shutdown.clone());
        tasks.spawn(async move {
            let names: Vec<&str> = services.iter().map(String::as_str).collect();
            let check = |not_ready_since| {
                let (upstreams, has_lease) =
                    (upstreams.clone(), replica.has_lease_since(not_ready_since));
                async move {
                    for upstream in upstreams {
                        if !upstream.is_serving().await {
                            return Err(NotServing::Outage(
                                "a service behind this server is not ready".to_owned(),
                            ));
                        }
                    }
                    if has_lease {
                        Ok(())
                    } else {
                        Err(NotServing::RevocationsUnknown)
                    }
                }
            };
            health::report(reporter, &names, check, shutdown).await;
        });
    }
}

/// The public contract: without the files of INTERNAL services.
fn public_descriptor_set(policy: &AccessPolicy) -> Result<Vec<u8>, BindError> {
    let mut set = FileDescriptorSet::decode(kreis_proto::FILE_DESCRIPTOR_SET)
        .map_err(|error| BindError::Reflection(error.to_string()))?;
    let internal: Vec<&str> = policy
        .rpcs()
        .filter(|(_, rpc)| rpc.access == Access::Internal)
        .map(|(_, rpc)| rpc.service.as_str())
        .collect();
    set.file.retain(|file| {
        !file.service.iter().any(|service| {
            let name = format!("{}.{}", file.package(), service.name());
            internal.contains(&name.as_str())
        })
    });
    Ok(set.encode_to_vec())
}

#[cfg(test)]
mod tests {
    use prost_types::ServiceDescriptorProto;

    use super::*;

    #[test]
    fn the_outside_does_not_see_internal_services() {
        let set = public_descriptor_set(&AccessPolicy::from_contract().unwrap()).unwrap();
        let set = FileDescriptorSet::decode(set.as_slice()).unwrap();
        let services: Vec<&str> = set
            .file
            .iter()
            .flat_map(|file| &file.service)
            .map(ServiceDescriptorProto::name)
            .collect();
        assert!(services.contains(&"AuthService"));
        assert!(!services.contains(&"TokenService"));
    }
}
