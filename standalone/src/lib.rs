//! The standalone kreis: all servers in one process, and the operator's commands.

pub mod client;
pub mod demo;
pub mod export;
#[cfg(fuzzing)]
pub mod fuzz_targets;
pub mod healthcheck;
pub mod import;
pub mod installation;
pub mod migrate;
pub mod output;
pub mod serve;
pub mod service_accounts;
pub mod stack;
mod table;
pub mod users;
