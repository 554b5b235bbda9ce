//! The use cases of auth.

use std::{net::IpAddr, sync::Arc, time::Duration};

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use kreis_chassis::token::{AUDIENCE, Claims, ISSUER, Role};

use crate::{
    model::{Account, EmailKey, Error, Invitation, InvitationHash, Password, Session},
    password_hashing::HashingPool,
    signing_keys::SigningKeys,
    store::Store,
};

/// The use cases. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Domain {
    store: Store,
    hashing_pool: HashingPool,
    keys: Arc<SigningKeys>,
    token_life: TimeDelta,
}

impl Domain {
    pub(crate) fn new(
        store: Store,
        hashing_pool: HashingPool,
        keys: Arc<SigningKeys>,
        token_life: Duration,
    ) -> Self {
        let token_life = TimeDelta::from_std(token_life).unwrap_or(TimeDelta::hours(1));
        Self {
            store,
            hashing_pool,
            keys,
            token_life,
        }
    }

    /// Signs a user in. Reads the clock first, then the account once, and signs exactly what it
    /// read. A revocation in between therefore also applies to the new token.
    pub(crate) async fn sign_in(
        &self,
        email: EmailKey,
        password: Password,
        address: Option<IpAddr>,
    ) -> Result<Session, Error> {
        let ticket = self.hashing_pool.enqueue(address)?;
        let now = Utc::now();
        let account = self.store.account_by_email(&email).await?;
        let hash = account
            .as_ref()
            .and_then(|account| account.password_hash.clone());
        let same = ticket.verify(password, hash).await?;
        match account {
            Some(account) if same && account.active => self.session(account, now),
            _ => Err(Error::SignInRefused),
        }
    }

    /// Ends a session. Returns the sequence number of the entry in the list of revocations.
    pub(crate) async fn sign_out(&self, session: &str, user_id: i64) -> Result<i64, Error> {
        Ok(self.store.revoke_session(session, user_id).await?)
    }

    /// The user an invitation is for. Refuses an invitation that is not open, and leaves it open.
    pub(crate) async fn invitation(&self, hash: &InvitationHash) -> Result<Invitation, Error> {
        let invitation = self.store.open_invitation(hash).await?;
        invitation.ok_or(Error::InvitationRefused)
    }

    /// Hashes the password that an invited user sets. Refuses an invitation that is not open.
    pub(crate) async fn hash(
        &self,
        invitation: &InvitationHash,
        password: Password,
        address: Option<IpAddr>,
    ) -> Result<String, Error> {
        let ticket = self.hashing_pool.enqueue(address)?;
        // Hashing is expensive, so an invitation that is not open is refused first.
        self.invitation(invitation).await?;
        ticket.hash(password).await
    }

    /// Sets the password of an invited user and begins a session. Also returns the sequence number
    /// of the revocation that ended the user's earlier sessions.
    pub(crate) async fn accept_invitation(
        &self,
        invitation: &InvitationHash,
        password_hash: &str,
    ) -> Result<(Session, i64), Error> {
        let now = Utc::now();
        let mut tx = self.store.begin().await?;
        if !tx.lock_invited_person(invitation).await? {
            return Err(Error::InvitationRefused);
        }
        let user_id = tx
            .use_invitation(invitation)
            .await?
            .ok_or(Error::InvitationRefused)?;
        let seq = tx
            .set_password(user_id, password_hash, Some(user_id))
            .await?;
        // Read after the person is locked. A deactivation before the lock is seen here. A later one
        // waits for this transaction, and then ends the new session too.
        let account = tx.account(user_id).await?.filter(|account| account.active);
        let account = account.ok_or(Error::InvitationRefused)?;
        tx.commit().await?;
        Ok((self.session(account, now)?, seq))
    }

    fn session(&self, account: Account, now: DateTime<Utc>) -> Result<Session, Error> {
        let issued = now.trunc_subsecs(0);
        let expire_time = issued + self.token_life;
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
