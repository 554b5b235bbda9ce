//! Signing in, invitations, tokens, keys and revocation.

mod clocks;
mod hostile_sign_in;
mod invitations;
mod own_password;
pub(crate) mod revocation;
pub(crate) mod revocation_lease;
mod revocation_list;
mod revocation_missed;
mod revocation_rewound;
pub(crate) mod revocation_spread;
mod service_accounts;
mod service_keys;
mod session_cookies;
mod sessions;
mod sign_in;
mod signing_keys;
pub(crate) mod tokens;
