//! Issues access tokens.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use kreis_server::token::{AUDIENCE, Claims, ISSUER, Role};

use crate::{
    error::Error,
    model::{Account, Session},
    signing_keys::SigningKeys,
};

/// Signs the tokens of new sessions. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TokenIssuer {
    keys: Arc<SigningKeys>,
    lifetime: TimeDelta,
}

impl TokenIssuer {
    /// Tokens are valid for `lifetime`.
    pub(crate) fn new(keys: Arc<SigningKeys>, lifetime: Duration) -> Self {
        let lifetime = TimeDelta::from_std(lifetime).unwrap_or(TimeDelta::hours(1));
        Self { keys, lifetime }
    }

    /// Begins a session at this time.
    pub(crate) fn begin_session(
        &self,
        account: Account,
        now: DateTime<Utc>,
    ) -> Result<Session, Error> {
        let issued = now.trunc_subsecs(0);
        let expire_time = issued + self.lifetime;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: account.user_id.to_string(),
            iat: issued.timestamp(),
            nbf: issued.timestamp(),
            exp: expire_time.timestamp(),
            jti: random_id()?,
            sid: random_id()?,
            uv: account.uv,
            role: if account.gatekeeper {
                Role::Gatekeeper
            } else {
                Role::User
            },
        };
        let access_token = self
            .keys
            .sign(&claims)
            .map_err(|error| Error::Signing(error.to_string()))?;
        Ok(Session {
            access_token,
            expire_time,
            account,
        })
    }
}

/// 128 random bits, in base64url.
fn random_id() -> Result<String, Error> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).map_err(|_| Error::Signing("no randomness".to_owned()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
