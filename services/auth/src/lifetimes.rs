//! How long tokens and sessions last.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kreis_server::config::Settings;

/// A longer lifetime gains little, since clients renew their session.
const MAX_ACCESS_TOKEN: Duration = Duration::from_mins(15);
const LEAST_SESSION: Duration = Duration::from_mins(1);
const LONGEST_SESSION: Duration = Duration::from_hours(31 * 24);

/// Lifetime of a token while the database may not know the setting. A revocation is kept for at
/// least a minute, which also covers clocks that differ by 30 s.
const UNANNOUNCED_TOKEN: Duration = Duration::from_secs(20);
/// For how long an announcement covers new tokens. The database counts it for 61 minutes, and a token
/// of that time lives 15 minutes at most.
const ANNOUNCED: Duration = Duration::from_mins(45);

/// How long tokens and sessions last.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// Lifetime of an access token. A revocation in the database is kept a minute longer than the
    /// longest lifetime of all auth servers.
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

/// The lifetime of access tokens, and whether the database knows it. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct AnnouncedLifetime {
    setting: Duration,
    announced: Arc<Mutex<Option<Instant>>>,
}

impl AnnouncedLifetime {
    pub(crate) fn new(setting: Duration) -> Self {
        Self {
            setting,
            announced: Arc::default(),
        }
    }

    /// The setting.
    pub(crate) const fn setting(&self) -> Duration {
        self.setting
    }

    /// The database has known the setting since this time.
    pub(crate) fn announced(&self, time: Instant) {
        *self
            .announced
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(time);
    }

    /// The lifetime of a token that is issued now.
    pub(crate) fn now(&self) -> Duration {
        let announced = *self
            .announced
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match announced {
            Some(time) if time.elapsed() < ANNOUNCED => self.setting,
            _ => self.setting.min(UNANNOUNCED_TOKEN),
        }
    }
}
