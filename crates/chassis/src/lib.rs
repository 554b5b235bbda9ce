//! What every server of kreis needs to be a good citizen: configuration,
//! logs and metrics, the door that each call goes through, tokens and their
//! revocation, answers to refusals, and the way to the database.

pub mod access;
pub mod again;
pub mod calendar;
pub mod callers;
pub mod client_address;
pub mod clock;
pub mod config;
pub mod core_dumps;
pub mod database;
pub mod door;
pub mod fold;
#[cfg(fuzzing)]
pub mod fuzzed;
pub mod health;
mod log_pace;
pub mod lookalikes;
pub mod metrics;
pub mod migrations;
pub mod network;
pub mod page;
pub mod places;
pub mod proxies;
pub mod readiness;
pub mod revocations;
pub mod sending;
pub mod server;
pub mod service;
mod shares;
pub mod status;
pub mod telemetry;
pub mod tls;
pub mod token;
pub mod traces;
pub mod writes;

/// Lists of small texts, made and dropped by several threads, are what servers of
/// kreis spend memory on; `docs/performance.md` has what it brought.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
