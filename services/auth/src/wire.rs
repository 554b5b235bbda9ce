//! Converts between messages and the model. A request becomes valid types, or one status that lists
//! every error. Results become messages, errors become statuses.

pub(crate) mod browser_cookie;
pub(crate) mod decode;
pub(crate) mod encode;
mod host_cookie;
pub(crate) mod session_cookie;
pub(crate) mod sign_on_cookie;
