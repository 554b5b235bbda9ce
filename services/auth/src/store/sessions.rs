//! Sessions.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;

use super::{Store, Tx, read};
use crate::model::{Client, NewSession, OpenSession, RefreshState, RenewableSession, UserId};

/// Maximum number of open sessions of a user. A sign-in beyond it ends the session that was used
/// least recently.
const MAX_SESSIONS: i64 = 500;

impl Store {
    /// The open sessions of a user, the last used first.
    pub(crate) async fn open_sessions(
        &self,
        user: UserId,
        current: &str,
    ) -> Result<Vec<OpenSession>, DatabaseError> {
        let rows = sqlx::query!(
            r#"select s.id, s.method, s.create_time, s.use_time, s.expire_time, s.user_agent,
                host(s.address) as address, s.provider
            from auth.sessions s
            join auth.accounts a on a.user_id = s.user_id and a.uv = s.uv
            where s.user_id = $1 and s.expire_time > clock_timestamp()
            order by s.use_time desc, s.id
            limit $2"#,
            user.get(),
            MAX_SESSIONS,
        )
        .fetch_all(&self.database.reads)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(OpenSession {
                    current: row.id == current,
                    id: row.id,
                    method: read(row.method.parse())?,
                    create_time: row.create_time,
                    use_time: row.use_time,
                    expire_time: row.expire_time,
                    client: Client {
                        user_agent: row.user_agent,
                        address: read(row.address.map(|text| text.parse()).transpose())?,
                    },
                    provider: row.provider,
                })
            })
            .collect()
    }

    /// Deletes at most so many sessions that were not renewed in time. Returns how many.
    pub(crate) async fn purge_sessions(&self, at_most: i64) -> Result<u64, DatabaseError> {
        let purged = sqlx::query!(
            "delete from auth.sessions s
            using (
                select id from auth.sessions
                where expire_time < clock_timestamp() - interval '1 minute'
                order by expire_time
                limit $1
                for update skip locked
            ) old
            where s.id = old.id",
            at_most,
        )
        .execute(&self.database.writes)
        .await?;
        Ok(purged.rows_affected())
    }
}

impl Tx {
    pub(crate) async fn insert_session(&mut self, new: &NewSession) -> Result<(), DatabaseError> {
        let (refresh, provider) = (new.refresh.as_ref(), new.provider.as_ref());
        sqlx::query!(
            "insert into auth.sessions (
                id, user_id, uv, method, user_agent, address, create_time, use_time, expire_time,
                end_time, refresh_hash, refresh_key, identity_id, provider, provider_session
            )
            values ($1, $2, $3, $4, $5, $6::text::inet, $7, $7, $8, $9, $10, $11, $12, $13, $14)",
            new.id,
            new.user.get(),
            new.uv,
            new.method.as_str(),
            new.client.user_agent,
            new.client.address.map(|address| address.to_string()),
            new.create_time,
            new.expire_time,
            new.end_time,
            refresh.map(|refresh| &refresh.hash),
            refresh.map(|refresh| &refresh.key),
            provider.map(|provider| provider.identity.0),
            provider.map_or("", |provider| &provider.label),
            provider.and_then(|provider| provider.id.as_deref()),
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Ends the sessions of a user beyond the bound: those that were used least recently.
    pub(crate) async fn end_surplus_sessions(&mut self, user: UserId) -> Result<(), DatabaseError> {
        sqlx::query!(
            r#"with surplus as (
                select id from auth.sessions where user_id = $1
                order by use_time desc
                offset $2
            ), ended as (
                delete from auth.sessions s using surplus o where s.id = o.id returning s.id
            ), logged as (
                insert into auth.sign_in_log (activity, user_id, reason, session_id)
                select 'session_ended', $1, 'too_many_sessions', id from ended
            )
            select auth.append_revocation('session', id, 0, $1, 'too many sessions') from ended"#,
            user.get(),
            MAX_SESSIONS,
        )
        .fetch_all(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Locks an open session that can be renewed.
    pub(crate) async fn lock_session(
        &mut self,
        id: &str,
    ) -> Result<Option<RenewableSession>, DatabaseError> {
        let row = sqlx::query!(
            r#"select
                user_id, uv, use_time, earlier_renewals, expire_time, end_time,
                refresh_hash as "refresh_hash!", refresh_key as "refresh_key!", generation
            from auth.sessions
            where id = $1 and refresh_hash is not null and expire_time > clock_timestamp()
            for update"#,
            id,
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(row.map(|row| RenewableSession {
            user: UserId::stored(row.user_id),
            uv: row.uv,
            expire_time: row.expire_time,
            end_time: row.end_time,
            refresh: RefreshState {
                hash: row.refresh_hash,
                key: row.refresh_key,
                generation: row.generation,
                use_time: row.use_time,
                earlier_renewals: row.earlier_renewals,
            },
        }))
    }

    /// Stores a renewal of a locked session.
    pub(crate) async fn renew_session(
        &mut self,
        id: &str,
        state: &RefreshState,
        client: &Client,
        expire_time: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update auth.sessions
            set refresh_hash = $2, generation = $3, user_agent = $4, address = $5::text::inet, use_time = $6,
                earlier_renewals = $7, expire_time = $8
            where id = $1",
            id,
            state.hash,
            state.generation,
            client.user_agent,
            client.address.map(|address| address.to_string()),
            state.use_time,
            &state.earlier_renewals,
            expire_time,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// The user of an open session.
    pub(crate) async fn user_of_session(
        &mut self,
        id: &str,
    ) -> Result<Option<UserId>, DatabaseError> {
        let user = sqlx::query_scalar!(
            "select s.user_id from auth.sessions s
            join auth.accounts a on a.user_id = s.user_id and a.uv = s.uv
            where s.id = $1 and s.expire_time > clock_timestamp()",
            id,
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(user.map(UserId::stored))
    }

    /// Ends a session, also one that has no row. Returns the sequence number of the revocation.
    pub(crate) async fn end_session(
        &mut self,
        id: &str,
        user: UserId,
        actor: Option<UserId>,
        reason: &str,
    ) -> Result<i64, DatabaseError> {
        sqlx::query!(
            "delete from auth.sessions where id = $1 and user_id = $2",
            id,
            user.get(),
        )
        .execute(&mut *self.0)
        .await?;
        let seq = sqlx::query_scalar!(
            r#"select auth.append_revocation('session', $1, 0, $2, $3) as "seq!""#,
            id,
            actor.map(UserId::get),
            reason,
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(seq)
    }

    /// Ends every token and session of a user. Returns the sequence number of the revocation.
    pub(crate) async fn revoke_user(
        &mut self,
        user: UserId,
        actor: Option<UserId>,
        reason: &str,
    ) -> Result<i64, DatabaseError> {
        let seq = sqlx::query_scalar!(
            r#"select auth.revoke_user($1, $2, $3) as "seq!""#,
            user.get(),
            actor.map(UserId::get),
            reason,
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(seq)
    }
}
