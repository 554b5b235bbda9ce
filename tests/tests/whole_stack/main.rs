//! The whole system, as its users meet it: a module for each feature.

mod access;
mod circles;
mod deactivation;
mod gatekeepers;
mod gateway;
mod invitations;
mod migrations;
mod revocation_list;
mod schema;
mod sign_in;
mod tokens;
mod user_list;
mod users;
