//! What every server of kreis needs: configuration, logs, metrics, the middleware of each call,
//! tokens and their revocation, error statuses, and database access.

pub mod access;
pub mod authenticator;
pub mod calendar;
pub mod call_queue;
pub mod client_address;
pub mod client_limits;
pub mod clock;
pub mod config;
pub mod confusables;
pub mod core_dumps;
pub mod database;
pub mod error_chain;
pub mod expected_version;
#[cfg(fuzzing)]
pub mod fuzz_targets;
pub mod health;
pub mod id;
pub mod idempotency;
mod keyed_limits;
mod log_rate_limit;
pub mod metrics;
pub mod metrics_listener;
pub mod middleware;
pub mod migrations;
pub mod names;
pub mod network;
pub mod page;
pub mod purge;
pub mod readiness;
pub mod retry_reads;
pub mod revocations;
pub mod server;
pub mod service;
pub mod status;
pub mod telemetry;
pub mod tls;
pub mod token;
pub mod traces;
pub mod writes;
