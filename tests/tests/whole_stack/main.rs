//! The whole system, as its users meet it: a module for each feature.

mod access;
mod browsers;
mod circles;
mod clients;
mod database_outage;
mod deactivation;
mod gatekeepers;
mod gateway;
mod hostile_calls;
mod import;
mod invitations;
mod logs;
mod migrations;
mod org_changes;
mod processes;
mod revocation_list;
mod schema;
mod sign_in;
mod standalone;
mod tokens;
mod user_list;
mod users;
