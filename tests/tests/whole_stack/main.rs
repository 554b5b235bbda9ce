//! The whole system, as its users meet it: a module for each feature.

mod access;
mod gateway;
mod revocation_list;
mod tokens;
