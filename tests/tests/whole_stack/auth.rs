//! Signing in, invitations, tokens, keys and revocation.

mod clocks;
mod hostile_sign_in;
mod invitations;
mod mail;
mod mail_faults;
mod mail_tls;
mod own_password;
mod password_reset;
pub(crate) mod revocation;
pub(crate) mod revocation_lease;
mod revocation_list;
mod revocation_missed;
mod revocation_rewound;
pub(crate) mod revocation_spread;
mod session_cookies;
mod sessions;
mod sign_in;
mod signing_keys;
pub(crate) mod tokens;
