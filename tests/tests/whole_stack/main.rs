//! The whole system, as its users meet it: a module for each feature.

mod access;
mod deactivation;
mod gateway;
mod invitations;
mod revocation_list;
mod sign_in;
mod tokens;
