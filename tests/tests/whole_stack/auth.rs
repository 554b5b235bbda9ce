//! Signing in, invitations, tokens, keys and revocation.

mod clocks;
mod guessing;
mod hostile_cookies;
mod hostile_sign_in;
mod invitations;
mod known_browsers;
mod old_hashes;
mod own_password;
pub(crate) mod revocation;
pub(crate) mod revocation_lease;
mod revocation_lifetimes;
mod revocation_list;
mod revocation_missed;
mod revocation_rewound;
pub(crate) mod revocation_spread;
mod session_cookies;
mod sessions;
mod sign_in;
mod sign_in_log;
mod sign_in_log_flood;
mod sign_in_log_list;
mod sign_in_notices;
mod signing_keys;
pub(crate) mod tokens;
