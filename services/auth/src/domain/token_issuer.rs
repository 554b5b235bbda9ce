//! Issues access tokens, and begins and renews sessions with them.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::{error::Unspecified, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use kreis_server::token::{AUDIENCE, Claims, ISSUER, Role};

use crate::{
    error::Error,
    lifetimes::{AnnouncedLifetime, Lifetimes},
    model::{
        Account, Client, NewSession, RefreshToken, Renewal, Session, SessionId, SignInMethod,
        StoredKey, UserId,
    },
    signing_keys::SigningKeys,
};

/// Issues tokens. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TokenIssuer {
    keys: Arc<SigningKeys>,
    access_token: AnnouncedLifetime,
    idle_session: TimeDelta,
    session: TimeDelta,
}

/// How a session begins.
pub(crate) struct SignIn {
    pub(crate) method: SignInMethod,
    pub(crate) client: Client,
    pub(crate) renewal: Renewal,
}

/// Whom a token identifies, and with which rights.
#[derive(Clone, Copy)]
struct Bearer {
    user: UserId,
    /// Version of the user.
    uv: i64,
    role: Role,
}

impl TokenIssuer {
    pub(crate) fn new(
        keys: Arc<SigningKeys>,
        access_token: AnnouncedLifetime,
        lifetimes: Lifetimes,
    ) -> Self {
        Self {
            keys,
            access_token,
            idle_session: delta(lifetimes.idle_session),
            session: delta(lifetimes.session),
        }
    }

    /// Makes a session that begins at this time. It is valid once it is stored.
    pub(crate) fn begin_session(
        &self,
        account: Account,
        sign_in: SignIn,
        now: DateTime<Utc>,
    ) -> Result<(Session, NewSession), Error> {
        let session = SessionId::random().map_err(no_randomness)?;
        let session_end = now + self.session;
        let id = session.text();
        let (access_token, expire_time) = self.access_token(&account, &id, now, session_end)?;
        let refresh = (sign_in.renewal != Renewal::None)
            .then(|| RefreshToken::first(session, now).map_err(no_randomness))
            .transpose()?;
        let (refresh_token, refresh) = refresh.unzip();
        let (ends_unless_renewed, end_time) = match refresh {
            Some(_) => (self.idle_end(now, session_end), session_end),
            None => (expire_time, expire_time),
        };
        let stored = NewSession {
            id,
            user: account.user_id,
            uv: account.uv,
            method: sign_in.method,
            provider: None,
            client: sign_in.client,
            create_time: now,
            expire_time: ends_unless_renewed,
            end_time,
            refresh,
        };
        let session = Session {
            access_token,
            expire_time,
            account,
            refresh_token,
            ends_unless_renewed,
        };
        Ok((session, stored))
    }

    /// An access token for a session that ends at `session_end`, and when the token expires.
    pub(crate) fn access_token(
        &self,
        account: &Account,
        session: &str,
        now: DateTime<Utc>,
        session_end: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), Error> {
        let role = if account.gatekeeper {
            Role::Gatekeeper
        } else {
            Role::User
        };
        let bearer = Bearer {
            user: account.user_id,
            uv: account.uv,
            role,
        };
        self.token(bearer, session, now, session_end)
    }

    /// An access token for the key of a service account, and when the token expires.
    pub(crate) fn service_token(
        &self,
        key: &StoredKey,
        session: &str,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), Error> {
        let role = if key.writes { Role::User } else { Role::Reader };
        let bearer = Bearer {
            user: key.user_id,
            uv: key.uv,
            role,
        };
        self.token(bearer, session, now, key.expire_time)
    }

    fn token(
        &self,
        bearer: Bearer,
        session: &str,
        now: DateTime<Utc>,
        session_end: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>), Error> {
        let issued = now.trunc_subsecs(0);
        let expire_time =
            (issued + delta(self.access_token.now())).min(session_end.trunc_subsecs(0));
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: bearer.user.to_string(),
            iat: issued.timestamp(),
            nbf: issued.timestamp(),
            exp: expire_time.timestamp(),
            jti: random_id()?,
            sid: session.to_owned(),
            uv: bearer.uv,
            role: bearer.role,
        };
        let token = self
            .keys
            .sign(&claims)
            .map_err(|error| Error::Signing(error.to_string()))?;
        Ok((token, expire_time))
    }

    /// When a session ends that is used now and not renewed.
    pub(crate) fn idle_end(&self, now: DateTime<Utc>, session_end: DateTime<Utc>) -> DateTime<Utc> {
        (now + self.idle_session).min(session_end)
    }
}

fn delta(lifetime: Duration) -> TimeDelta {
    TimeDelta::from_std(lifetime).unwrap_or(TimeDelta::hours(1))
}

/// 128 random bits, in base64url.
fn random_id() -> Result<String, Error> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(no_randomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn no_randomness(_: Unspecified) -> Error {
    Error::Signing("no randomness".to_owned())
}
