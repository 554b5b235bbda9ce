//! Calls with a `request_id`, and the stored responses for repeated calls.

use kreis_database::DatabaseError;
use kreis_server::id::UserId;
use kreis_service::idempotency::{RequestKey, StoredCall, StoresCalls};

use super::{Store, Tx};

impl StoresCalls for Tx {
    async fn claim(&mut self, caller: UserId, key: &RequestKey) -> Result<bool, DatabaseError> {
        let claimed = sqlx::query!(
            "insert into kpi.requests (caller_id, request_id, content) values ($1, $2, $3)
            on conflict on constraint one_request_per_caller_and_id do nothing",
            caller.get(),
            key.id,
            &key.content,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(claimed.rows_affected() == 1)
    }

    async fn stored_call(
        &mut self,
        caller: UserId,
        key: &RequestKey,
    ) -> Result<Option<StoredCall>, DatabaseError> {
        let stored = sqlx::query_as!(
            StoredCall,
            r#"select content, response, (result ->> 'id')::bigint as "former_id?"
            from kpi.requests where caller_id = $1 and request_id = $2"#,
            caller.get(),
            key.id,
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(stored)
    }

    async fn keep_response(
        &mut self,
        caller: UserId,
        key: &RequestKey,
        response: &[u8],
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update kpi.requests set response = $3 where caller_id = $1 and request_id = $2",
            caller.get(),
            key.id,
            response,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn commit(self) -> Result<(), DatabaseError> {
        self.commit().await
    }
}

impl Store {
    /// Deletes at most `at_most` calls that are older than seven days. Returns how many it deleted.
    pub(crate) async fn purge_requests(&self, at_most: i64) -> Result<u64, DatabaseError> {
        let purged = sqlx::query!(
            "delete from kpi.requests r
            using (
                select caller_id, request_id from kpi.requests
                where create_time < now() - interval '7 days'
                order by create_time
                limit $1
                for update skip locked
            ) old
            where r.caller_id = old.caller_id and r.request_id = old.request_id",
            at_most,
        )
        .execute(&self.database.writes)
        .await?;
        Ok(purged.rows_affected())
    }
}
