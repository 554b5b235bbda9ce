//! The list of revocations.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Store;
use crate::model::Revocation;

/// The head of the list of revocations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) epoch: Uuid,
    pub(crate) seq: i64,
    pub(crate) purged_to: i64,
    /// Creation time of the last entry; absent if that entry was purged.
    pub(crate) last_made: Option<DateTime<Utc>>,
}

/// A batch of entries of the list.
pub(crate) struct RevocationPage {
    /// The head, read by the same statement.
    pub(crate) head: Head,
    /// The entry before the first one of the batch, and its creation time if it still exists.
    pub(crate) base_seq: i64,
    pub(crate) base_made: Option<DateTime<Utc>>,
    pub(crate) revocations: Vec<Revocation>,
}

impl Store {
    /// Deletes the beginning of the list that expired more than a day ago, at most so many entries,
    /// and returns how many. The delay of a day protects entries if a clock jumps ahead. Expired
    /// entries after one that is in force stay, so that the list has no gaps.
    ///
    /// Every revocation waits for the lock on the head of the list, so a batch must be short.
    pub(crate) async fn purge_revocations(&self, at_most: i64) -> Result<u64, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        // A statement of its own for the lock: the next statement then sees the entries that others
        // committed meanwhile. Otherwise it would count them as purged.
        sqlx::query!("select seq from auth.revocation_head where id = 1 for update")
            .fetch_one(&mut *transaction)
            .await?;
        let purged_to = sqlx::query_scalar!(
            r#"update auth.revocation_head h
            set purged_to = least(h.purged_to + $1, coalesce(
                (select min(r.seq) - 1 from auth.revocations r where r.not_after >= clock_timestamp() - interval '1 day'),
                h.seq
            ))
            where h.id = 1
            returning h.purged_to"#,
            at_most,
        )
        .fetch_one(&mut *transaction)
        .await?;
        let purged = sqlx::query!("delete from auth.revocations where seq <= $1", purged_to)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        transaction.commit().await?;
        Ok(purged)
    }
}

/// The head of the list.
pub(crate) async fn head(connection: &mut PgConnection) -> Result<Head, DatabaseError> {
    let head = sqlx::query_as!(
        Head,
        r#"select h.epoch, h.seq, h.purged_to, r.create_time as "last_made?"
        from auth.revocation_head h
        left join auth.revocations r on r.seq = h.seq
        where h.id = 1"#
    )
    .fetch_one(connection)
    .await?;
    Ok(head)
}

/// Begins a new epoch, because the list of this one was rewound. Returns false if another server
/// has begun one already.
pub(crate) async fn begin_epoch_instead_of(
    connection: &mut PgConnection,
    epoch: Uuid,
) -> Result<bool, DatabaseError> {
    let seq = sqlx::query_scalar!("select auth.begin_epoch_instead_of($1)", epoch)
        .fetch_one(connection)
        .await?;
    Ok(seq.is_some())
}

/// The entries after `from_seq`, oldest first and at most `limit`, with the entry before them, all
/// from one snapshot. If `from_seq` is purged, or lies after the end, returns the list from its
/// oldest entry.
pub(crate) async fn revocations_after(
    connection: &mut PgConnection,
    from_seq: i64,
    limit: i64,
) -> Result<RevocationPage, DatabaseError> {
    let rows = sqlx::query_file!("src/store/sql/revocations_after.sql", from_seq, limit)
        .fetch_all(connection)
        .await?;
    let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let head = Head {
        epoch: first.epoch,
        seq: first.head_seq,
        purged_to: first.purged_to,
        last_made: first.last_made,
    };
    let (base_seq, base_made) = (first.base_seq, first.base_made);
    let revocations = rows
        .into_iter()
        .filter_map(|row| {
            Some(Revocation {
                seq: row.seq?,
                kind: row.kind?,
                key: row.key?,
                min_uv: row.min_uv?,
                not_after: row.not_after?,
                create_time: row.create_time?,
            })
        })
        .collect();
    Ok(RevocationPage {
        head,
        base_seq,
        base_made,
        revocations,
    })
}
