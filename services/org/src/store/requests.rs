//! The results that are kept for repeated calls, by `request_id`.

use kreis_chassis::database::DatabaseError;
use serde_json::Value;

use super::{Store, Tx};
use crate::model::{Request, StoredRequest};

impl Tx {
    /// Claims a `request_id`. Returns false if an earlier call has claimed it. Waits for a call
    /// that is claiming it at the same time.
    pub(crate) async fn claim(&mut self, request: &Request) -> Result<bool, DatabaseError> {
        let claimed = sqlx::query!(
            "insert into org.requests (caller_id, request_id, content) values ($1, $2, $3)
            on conflict on constraint one_request_per_caller_and_id do nothing",
            request.caller.get(),
            request.id,
            &request.content
        )
        .execute(&mut *self.0)
        .await?;
        Ok(claimed.rows_affected() == 1)
    }

    /// The stored first call with a `request_id`.
    pub(crate) async fn first_call(
        &mut self,
        request: &Request,
    ) -> Result<Option<StoredRequest>, DatabaseError> {
        let stored = sqlx::query_as!(
            StoredRequest,
            "select content, result from org.requests where caller_id = $1 and request_id = $2",
            request.caller.get(),
            request.id
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(stored)
    }

    /// Keeps the result of a call.
    pub(crate) async fn keep_result(
        &mut self,
        request: &Request,
        result: &Value,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update org.requests set result = $3 where caller_id = $1 and request_id = $2",
            request.caller.get(),
            request.id,
            result
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}

impl Store {
    /// Deletes one batch of results that are older than seven days. Returns whether there may be
    /// more.
    pub(crate) async fn purge_requests(&self) -> Result<bool, DatabaseError> {
        let at_once = 5_000;
        let purged = sqlx::query!(
            "delete from org.requests r
            using (
                select caller_id, request_id from org.requests
                where create_time < now() - interval '7 days'
                order by create_time
                limit $1
                for update skip locked
            ) old
            where r.caller_id = old.caller_id and r.request_id = old.request_id",
            at_once
        )
        .execute(&self.database.writes)
        .await?;
        Ok(i64::try_from(purged.rows_affected()).is_ok_and(|purged| purged == at_once))
    }
}
