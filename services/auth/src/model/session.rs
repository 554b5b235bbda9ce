//! Sessions.

use std::{net::IpAddr, str::FromStr};

use chrono::{DateTime, Utc};

use super::{Account, ProviderSession, RefreshState, RefreshToken, UserId};

/// Longest stored `user-agent`, in bytes.
const MAX_USER_AGENT_BYTES: usize = 256;

/// How a user signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum SignInMethod {
    Password,
    Invitation,
    ServiceKey,
    SingleSignOn,
}

/// How a client keeps its refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// The session ends with its access token.
    None,
    /// The client gets the refresh token in the response.
    Token,
    /// A browser gets it in a cookie.
    Cookie,
}

/// A text in the database that is no method.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no sign-in method `{0}`")]
pub(crate) struct UnknownMethod(String);

impl SignInMethod {
    /// The name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Invitation => "invitation",
            Self::ServiceKey => "service_key",
            Self::SingleSignOn => "single_sign_on",
        }
    }
}

impl FromStr for SignInMethod {
    type Err = UnknownMethod;

    fn from_str(name: &str) -> Result<Self, UnknownMethod> {
        [
            Self::Password,
            Self::Invitation,
            Self::ServiceKey,
            Self::SingleSignOn,
        ]
        .into_iter()
        .find(|method| method.as_str() == name)
        .ok_or_else(|| UnknownMethod(name.to_owned()))
    }
}

/// The program that calls, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    /// Its `user-agent`, at most 256 bytes.
    pub(crate) user_agent: String,
    /// Its address, if it is known.
    pub(crate) address: Option<IpAddr>,
}

impl Client {
    /// Cuts the `user-agent` if it is too long.
    pub(crate) fn new(user_agent: &str, address: Option<IpAddr>) -> Self {
        let end = user_agent.floor_char_boundary(MAX_USER_AGENT_BYTES);
        Self {
            user_agent: user_agent[..end].to_owned(),
            address,
        }
    }
}

/// A session to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewSession {
    pub(crate) id: String,
    pub(crate) user: UserId,
    /// Version of the user.
    pub(crate) uv: i64,
    pub(crate) method: SignInMethod,
    /// Absent if the session did not begin with a provider.
    pub(crate) provider: Option<ProviderSession>,
    pub(crate) client: Client,
    pub(crate) create_time: DateTime<Utc>,
    /// When the session ends if it is not renewed before.
    pub(crate) expire_time: DateTime<Utc>,
    /// When the session ends in any case.
    pub(crate) end_time: DateTime<Utc>,
    /// Absent if the session cannot be renewed.
    pub(crate) refresh: Option<RefreshState>,
}

/// An open session, locked to renew it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RenewableSession {
    pub(crate) user: UserId,
    pub(crate) uv: i64,
    pub(crate) expire_time: DateTime<Utc>,
    pub(crate) end_time: DateTime<Utc>,
    pub(crate) refresh: RefreshState,
}

/// An open session, for its user and for gatekeepers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenSession {
    pub(crate) id: String,
    pub(crate) method: SignInMethod,
    pub(crate) create_time: DateTime<Utc>,
    pub(crate) use_time: DateTime<Utc>,
    pub(crate) expire_time: DateTime<Utc>,
    pub(crate) client: Client,
    /// Label of the provider; empty if the session did not begin with one.
    pub(crate) provider: String,
    /// Whether it is the session of the call.
    pub(crate) current: bool,
}

/// What a user gets who signs in or renews a session.
pub(crate) struct Session {
    pub(crate) access_token: String,
    /// When the access token expires.
    pub(crate) expire_time: DateTime<Utc>,
    pub(crate) account: Account,
    /// Absent if the session cannot be renewed.
    pub(crate) refresh_token: Option<RefreshToken>,
    /// When the session ends if it is not renewed before.
    pub(crate) ends_unless_renewed: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_read_as_it_was_written() {
        for method in [
            SignInMethod::Password,
            SignInMethod::Invitation,
            SignInMethod::ServiceKey,
            SignInMethod::SingleSignOn,
        ] {
            assert_eq!(method.as_str().parse(), Ok(method));
        }
        assert!("magic".parse::<SignInMethod>().is_err());
    }

    #[test]
    fn a_long_user_agent_is_cut_between_characters() {
        let client = Client::new(&"ä".repeat(200), None);
        assert_eq!(client.user_agent, "ä".repeat(128));
        let client = Client::new(&format!("x{}", "ä".repeat(200)), None);
        assert_eq!(client.user_agent.len(), 255);
    }
}
