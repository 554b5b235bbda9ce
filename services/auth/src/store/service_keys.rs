//! Keys of service accounts. org adds and removes them through functions of auth.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;

use super::{Store, Tx};
use crate::model::{ExpiringKey, KeyUse, SignInMethod, StoredKey, UserId};

/// Most keys that are reported at once. 200 accounts have two each.
const MAX_EXPIRING: i64 = 400;

impl Store {
    /// The keys in use that expire before a time, the next one first.
    pub(crate) async fn keys_that_expire_before(
        &self,
        time: DateTime<Utc>,
    ) -> Result<Vec<ExpiringKey>, DatabaseError> {
        let rows = sqlx::query!(
            r#"select k.id, k.user_id, k.hint, k.expire_time, d.display_name as "account_name!"
            from auth.service_keys k
            join auth.revocation_head h on h.epoch = k.epoch
            join org.directory d on d.user_id = k.user_id
            where k.expire_time > clock_timestamp() and k.expire_time < $1
            order by k.expire_time, k.id
            limit $2"#,
            time,
            MAX_EXPIRING,
        )
        .fetch_all(&self.database.reads)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| ExpiringKey {
                id: row.id,
                user_id: UserId::stored(row.user_id),
                account_name: row.account_name,
                hint: row.hint,
                expire_time: row.expire_time,
            })
            .collect())
    }
}

impl Tx {
    /// Locks the key with this hash.
    pub(crate) async fn lock_service_key(
        &mut self,
        key_hash: &[u8],
    ) -> Result<Option<StoredKey>, DatabaseError> {
        let row = sqlx::query_file!("src/store/sql/lock_service_key.sql", key_hash)
            .fetch_optional(&mut *self.0)
            .await?;
        Ok(row.map(|row| StoredKey {
            id: row.id,
            user_id: UserId::stored(row.user_id),
            uv: row.uv,
            writes: row.writes,
            in_force: row.in_force,
            is_first_use: row.is_first_use,
            expire_time: row.expire_time,
            session: row.session,
        }))
    }

    /// Begins the session of a locked key. It replaces a session that ended because the rights of the
    /// account changed.
    pub(crate) async fn begin_key_session(
        &mut self,
        key: &StoredKey,
        key_use: &KeyUse<'_>,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "delete from auth.sessions where service_key_id = $1",
            key.id
        )
        .execute(&mut *self.0)
        .await?;
        sqlx::query!(
            "insert into auth.sessions (
                id, user_id, uv, method, service_key_id, user_agent, address, create_time, use_time,
                expire_time, end_time
            )
            values ($1, $2, $3, $4, $5, $6, $7::text::inet, $8, $8, $9, $10)",
            key_use.session,
            key.user_id.get(),
            key.uv,
            SignInMethod::ServiceKey.as_str(),
            key.id,
            key_use.client.user_agent,
            key_use.client.address.map(|address| address.to_string()),
            key_use.time,
            key_use.expire_time,
            key.expire_time,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Notes in the session of a locked key that it was used.
    pub(crate) async fn continue_key_session(
        &mut self,
        key_use: &KeyUse<'_>,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update auth.sessions
            set user_agent = $2, address = $3::text::inet, use_time = $4, expire_time = $5
            where id = $1",
            key_use.session,
            key_use.client.user_agent,
            key_use.client.address.map(|address| address.to_string()),
            key_use.time,
            key_use.expire_time,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Notes that a locked key was used.
    pub(crate) async fn note_key_use(
        &mut self,
        key: &StoredKey,
        time: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update auth.service_keys
            set first_use_time = coalesce(first_use_time, $2), last_use_time = $2
            where id = $1",
            key.id,
            time,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
