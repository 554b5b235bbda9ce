//! Request keys, and the results that are kept for repeated calls.

use kreis_chassis::database::DatabaseError;
use serde::{Serialize, de::DeserializeOwned};

use super::{Store, Tx, read};
use crate::model::{Error, RequestKey};

impl Tx {
    /// Claims the key for this transaction, or answers the result of its first
    /// run. Waits for a run that is under way.
    pub(crate) async fn claim<T: DeserializeOwned>(
        &mut self,
        caller: i64,
        key: &RequestKey,
    ) -> Result<Option<T>, Error> {
        let claimed = sqlx::query!(
            "insert into kpi.requests (caller_id, request_id, content) values ($1, $2, $3)
            on conflict on constraint one_request_per_caller_and_id do nothing",
            caller,
            key.id,
            &key.content,
        )
        .execute(&mut *self.0)
        .await
        .map_err(DatabaseError::from)?;
        if claimed.rows_affected() == 1 {
            return Ok(None);
        }
        let first = sqlx::query!(
            "select content, result from kpi.requests where caller_id = $1 and request_id = $2",
            caller,
            key.id,
        )
        .fetch_optional(&mut *self.0)
        .await
        .map_err(DatabaseError::from)?
        // Purged in this moment.
        .ok_or(Error::Conflict)?;
        if first.content != key.content {
            return Err(Error::RequestIdReused);
        }
        Ok(read(serde_json::from_value(
            first.result.unwrap_or_default(),
        ))?)
    }

    /// Keeps what a claimed key is answered with.
    pub(crate) async fn keep_answer(
        &mut self,
        caller: i64,
        key: &RequestKey,
        answer: &impl Serialize,
    ) -> Result<(), DatabaseError> {
        let answer = read(serde_json::to_value(answer))?;
        sqlx::query!(
            "update kpi.requests set result = $3 where caller_id = $1 and request_id = $2",
            caller,
            key.id,
            answer,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}

impl Store {
    /// Deletes one batch of keys that are older than seven days. Returns whether there may be more.
    pub(crate) async fn purge_requests(&self) -> Result<bool, DatabaseError> {
        let at_once = 5_000;
        let removed = sqlx::query!(
            "delete from kpi.requests r
            using (
                select caller_id, request_id from kpi.requests
                where create_time < now() - interval '7 days'
                order by create_time
                limit $1
                for update skip locked
            ) old
            where r.caller_id = old.caller_id and r.request_id = old.request_id",
            at_once,
        )
        .execute(&self.database.writes)
        .await?;
        Ok(i64::try_from(removed.rows_affected()).is_ok_and(|removed| removed == at_once))
    }
}
