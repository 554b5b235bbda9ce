//! How long tokens and sessions last.

use std::time::Duration;

use kreis_server::config::Settings;

/// A longer lifetime gains little, since clients renew their session.
const MAX_ACCESS_TOKEN: Duration = Duration::from_mins(15);
const LEAST_SESSION: Duration = Duration::from_mins(1);
const LONGEST_SESSION: Duration = Duration::from_hours(31 * 24);

/// How long tokens and sessions last.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// Lifetime of an access token. Every server accepts tokens of up to an hour, as the version
    /// before issued them, and a revocation in the database expires after 61 minutes.
    pub access_token: Duration,
    /// After how long a session ends that is not renewed.
    pub idle_session: Duration,
    /// After how long a session ends in any case.
    pub session: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            access_token: Duration::from_mins(5),
            idle_session: Duration::from_hours(12),
            session: Duration::from_hours(7 * 24),
        }
    }
}

impl Lifetimes {
    /// Reads the lifetimes. `settings` collects the errors.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let mut seconds = |name, default: Duration, least: Duration, most: Duration| {
            let number = settings.number(name, default.as_secs(), least.as_secs(), most.as_secs());
            Duration::from_secs(number)
        };
        let Self {
            access_token,
            idle_session,
            session,
        } = Self::default();
        let least = Duration::from_secs(10);
        Self {
            access_token: seconds(
                "KREIS_ACCESS_TOKEN_SECONDS",
                access_token,
                least,
                MAX_ACCESS_TOKEN,
            ),
            idle_session: seconds(
                "KREIS_SESSION_IDLE_SECONDS",
                idle_session,
                LEAST_SESSION,
                LONGEST_SESSION,
            ),
            session: seconds(
                "KREIS_SESSION_SECONDS",
                session,
                LEAST_SESSION,
                LONGEST_SESSION,
            ),
        }
    }
}
