//! All SQL of auth.

use chrono::{DateTime, Utc};
use kreis_database::{Database, DatabaseError};
use kreis_service::names;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use crate::model::{Account, Circle, EmailKey, Invitation, InvitationHash, Revocation};

/// The tables of auth, and the views that org publishes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store {
    database: Database,
}

/// A transaction.
pub(crate) struct Tx(Transaction<'static, Postgres>);

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

/// Result of the check for foreign signing keys.
pub(crate) struct ForeignSigningKeys {
    /// When the check ran, by the clock of the database.
    pub(crate) time: DateTime<Utc>,
    /// Ids of the keys that this server does not have, in order.
    pub(crate) unknown: Vec<String>,
}

impl Store {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    pub(crate) async fn begin(&self) -> Result<Tx, DatabaseError> {
        Ok(Tx(self.database.begin().await?))
    }

    /// The user with this e-mail and their account.
    pub(crate) async fn account_by_email(
        &self,
        email: &EmailKey,
    ) -> Result<Option<Account>, DatabaseError> {
        let row = sqlx::query_file_as!(
            AccountRow,
            "src/store/sql/account_by_email.sql",
            email.as_str()
        )
        .fetch_optional(&self.database.reads)
        .await?;
        Ok(row.map(Account::from))
    }

    /// The user an open invitation is for. The invitation may close before it is used.
    pub(crate) async fn open_invitation(
        &self,
        invitation: &InvitationHash,
    ) -> Result<Option<Invitation>, DatabaseError> {
        let invitation = sqlx::query_as!(
            Invitation,
            r#"select d.display_name as "display_name!", d.email as "email!", i.expire_time
            from auth.invitations i
            join org.directory d on d.user_id = i.user_id
            where i.token_hash = $1 and i.expire_time > clock_timestamp() and d.active"#,
            invitation.as_bytes(),
        )
        .fetch_optional(&self.database.reads)
        .await?;
        Ok(invitation)
    }

    /// Appends the end of a session to the list. Returns its sequence number.
    pub(crate) async fn revoke_session(
        &self,
        session: &str,
        user_id: i64,
    ) -> Result<i64, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        let seq = sqlx::query_scalar!(
            r#"select auth.append_revocation('session', $1, 0, $2, 'signed out') as "seq!""#,
            session,
            user_id,
        )
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(seq)
    }

    /// Records that this server signs with the first of `known`. Returns the keys of other servers,
    /// recorded since `last_check`, that are not among `known`.
    pub(crate) async fn note_signing_key(
        &self,
        known: &[String],
        last_check: Option<DateTime<Utc>>,
    ) -> Result<ForeignSigningKeys, DatabaseError> {
        let mut transaction = self.database.begin().await?;
        let look = sqlx::query_file_as!(
            ForeignSigningKeys,
            "src/store/sql/note_signing_key.sql",
            known,
            last_check,
        )
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(look)
    }

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

impl Tx {
    /// Locks the person an invitation is for, before any of their rows, in the same order as org.
    /// Returns false if the invitation does not exist.
    pub(crate) async fn lock_invited_person(
        &mut self,
        invitation: &InvitationHash,
    ) -> Result<bool, DatabaseError> {
        let locked = sqlx::query!(
            "select auth.lock_person(user_id) from auth.invitations where token_hash = $1",
            invitation.as_bytes(),
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(locked.is_some())
    }

    /// Deletes an open invitation. Returns the id of its user.
    pub(crate) async fn use_invitation(
        &mut self,
        invitation: &InvitationHash,
    ) -> Result<Option<i64>, DatabaseError> {
        let user_id = sqlx::query_scalar!(
            "delete from auth.invitations
            where token_hash = $1 and expire_time > clock_timestamp()
            returning user_id",
            invitation.as_bytes(),
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(user_id)
    }

    /// Sets a password, logs the change, and revokes all tokens so far. Returns the sequence number
    /// of the revocation. The account stays locked until the commit.
    pub(crate) async fn set_password(
        &mut self,
        user_id: i64,
        password_hash: &str,
        actor: Option<i64>,
    ) -> Result<i64, DatabaseError> {
        set_password(&mut self.0, user_id, password_hash, actor).await
    }

    /// The user's account, as this transaction sees it.
    pub(crate) async fn account(&mut self, user_id: i64) -> Result<Option<Account>, DatabaseError> {
        let row = sqlx::query_file_as!(AccountRow, "src/store/sql/account_by_id.sql", user_id)
            .fetch_optional(&mut *self.0)
            .await?;
        Ok(row.map(Account::from))
    }

    pub(crate) async fn commit(self) -> Result<(), DatabaseError> {
        Ok(self.0.commit().await?)
    }
}

/// Sets a password, and ends every session and the invitation of the user. Adds an entry to org's
/// change log: with an actor, that the actor accepted an invitation; without one, that the operator
/// set the password. Returns the sequence number of the revocation.
pub(crate) async fn set_password(
    connection: &mut PgConnection,
    user_id: i64,
    password_hash: &str,
    actor: Option<i64>,
) -> Result<i64, DatabaseError> {
    // Before any row of that user, as in every transaction about a person.
    sqlx::query!("select auth.lock_person($1)", user_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "update auth.accounts set password_hash = $2, update_time = now() where user_id = $1",
        user_id,
        password_hash,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("delete from auth.invitations where user_id = $1", user_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("select org.log_password($1, $2)", user_id, actor)
        .execute(&mut *connection)
        .await?;
    let seq = sqlx::query_scalar!(
        r#"select auth.revoke_user($1, $2, 'a password was set') as "seq!""#,
        user_id,
        actor,
    )
    .fetch_one(connection)
    .await?;
    Ok(seq)
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

/// An account, as both statements return it.
struct AccountRow {
    user_id: i64,
    first_name: String,
    last_name: String,
    display_name: String,
    email: String,
    gatekeeper: bool,
    active: bool,
    version: i64,
    create_time: DateTime<Utc>,
    update_time: DateTime<Utc>,
    password_hash: Option<String>,
    uv: i64,
    circle_ids: Vec<i64>,
    circle_names: Vec<String>,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        let mut circles: Vec<Circle> = row
            .circle_ids
            .into_iter()
            .zip(row.circle_names)
            .map(|(circle_id, name)| Circle { circle_id, name })
            .collect();
        // Ordered by name without regard to case, as in org.
        circles.sort_by_cached_key(|circle| names::key(&circle.name));
        Self {
            user_id: row.user_id,
            first_name: row.first_name,
            last_name: row.last_name,
            display_name: row.display_name,
            email: row.email,
            gatekeeper: row.gatekeeper,
            active: row.active,
            version: row.version,
            create_time: row.create_time,
            update_time: row.update_time,
            circles,
            password_hash: row.password_hash,
            uv: row.uv,
        }
    }
}
