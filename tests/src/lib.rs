//! The harness of the whole-stack tests: a real Postgres, the real servers on real sockets, and
//! actors who call them.
//!
//! `with-postgres` starts the Postgres and sets `KREIS_TEST_POSTGRES`. Each test has a database of
//! its own.

pub mod actor;
pub mod assertions;
pub mod browser;
pub mod certificates;
pub mod collector;
pub mod database;
pub mod deployment;
pub mod flood;
pub mod kpis;
pub mod mail_server;
pub mod oidc_provider;
pub mod people;
pub mod process;
pub mod proxy;
pub mod random;
pub mod raw;
pub mod server;
pub mod service_accounts;
pub mod session_ends;
pub mod sessions;
pub mod single_sign_on;
pub mod stack;
pub mod tcp_proxy;
pub mod tokens;
pub mod values;
pub mod wrong_clock;

pub use crate::{
    actor::Actor,
    assertions::{Answered, Refused},
    stack::Stack,
};
