//! What every server of kreis needs, with a database or without: settings, logs, metrics, traces,
//! TLS, connections and their limits, the middleware of each call, tokens and their revocation, and
//! error statuses.

pub mod access;
pub mod authenticator;
pub mod bind_error;
pub mod call_queue;
pub mod client_address;
pub mod client_limits;
pub mod clock;
pub mod config;
pub mod connections;
pub mod core_dumps;
pub mod error_chain;
#[cfg(fuzzing)]
pub mod fuzz_targets;
pub mod health;
pub mod id;
pub mod keyed_limits;
pub mod log_rate_limit;
pub mod metrics;
pub mod metrics_listener;
pub mod middleware;
pub mod network;
pub mod process;
pub mod reflection;
pub mod revocations;
pub mod server_config;
pub mod status;
pub mod telemetry;
pub mod timestamps;
pub mod tls;
pub mod token;
pub mod traces;
