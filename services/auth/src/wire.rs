//! Converts between messages and the model. A request becomes valid types, or one status that lists
//! every error. Results become messages, errors become statuses.

mod cursors;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod session_cookie;
