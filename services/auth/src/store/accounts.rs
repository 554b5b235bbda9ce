//! Accounts, their passwords, and the users that org publishes.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;
use kreis_service::{callers, names};
use sqlx::PgConnection;

use super::{Store, Tx};
use crate::model::{AcceptedLink, Account, Circle, CircleId, EmailKey, UserId};

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
    language: Option<String>,
    circle_ids: Vec<i64>,
    circle_names: Vec<String>,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        let mut circles: Vec<Circle> = row
            .circle_ids
            .into_iter()
            .zip(row.circle_names)
            .map(|(id, name)| Circle {
                circle_id: CircleId::stored(id),
                name,
            })
            .collect();
        // Ordered by name without regard to case, as in org.
        circles.sort_by_cached_key(|circle| names::key(&circle.name));
        Self {
            user_id: UserId::stored(row.user_id),
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
            language: row.language.unwrap_or_default(),
        }
    }
}

impl Store {
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

    /// A user and their account.
    pub(crate) async fn account(&self, user_id: UserId) -> Result<Option<Account>, DatabaseError> {
        let row =
            sqlx::query_file_as!(AccountRow, "src/store/sql/account_by_id.sql", user_id.get())
                .fetch_optional(&self.database.reads)
                .await?;
        Ok(row.map(Account::from))
    }
}

impl Tx {
    /// The user with this e-mail and their account, as this transaction sees them.
    pub(crate) async fn account_by_email(
        &mut self,
        email: &EmailKey,
    ) -> Result<Option<Account>, DatabaseError> {
        let row = sqlx::query_file_as!(
            AccountRow,
            "src/store/sql/account_by_email.sql",
            email.as_str()
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(row.map(Account::from))
    }

    /// The user's account, as this transaction sees it.
    pub(crate) async fn account(
        &mut self,
        user_id: UserId,
    ) -> Result<Option<Account>, DatabaseError> {
        let row =
            sqlx::query_file_as!(AccountRow, "src/store/sql/account_by_id.sql", user_id.get())
                .fetch_optional(&mut *self.0)
                .await?;
        Ok(row.map(Account::from))
    }

    /// Sets the password of a link, logs that it was used, and revokes all tokens so far. Returns the
    /// sequence number of the revocation. The account stays locked until the commit.
    pub(crate) async fn set_invited_password(
        &mut self,
        user_id: UserId,
        password_hash: &str,
        link: AcceptedLink,
    ) -> Result<i64, DatabaseError> {
        match link {
            AcceptedLink::Invitation => {
                set_password(&mut self.0, user_id, password_hash, Some(user_id)).await
            }
            AcceptedLink::PasswordReset => {
                replace_password(&mut self.0, user_id, password_hash).await?;
                self.log_account_change(user_id, user_id, "password_reset")
                    .await?;
                revoke_user(&mut self.0, user_id, Some(user_id)).await
            }
        }
    }

    /// Adds an entry about an account to org's change log.
    pub(crate) async fn log_account_change(
        &mut self,
        user_id: UserId,
        actor: UserId,
        activity: &str,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "select org.log_account_change($1, $2, $3)",
            user_id.get(),
            actor.get(),
            activity,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Stores another hash of the same password, unless the password was changed meanwhile. Nothing
    /// else changes, and no session ends.
    pub(crate) async fn renew_password_hash(
        &mut self,
        user_id: UserId,
        old: &str,
        new: &str,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update auth.accounts set password_hash = $3
            where user_id = $1 and password_hash = $2",
            user_id.get(),
            old,
            new,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Changes the password of a caller, logs it, and revokes all tokens so far. Returns the sequence
    /// number of the revocation. The account stays locked until the commit.
    pub(crate) async fn change_password(
        &mut self,
        user_id: UserId,
        password_hash: &str,
    ) -> Result<i64, DatabaseError> {
        replace_password(&mut self.0, user_id, password_hash).await?;
        sqlx::query!("select org.log_password_change($1)", user_id.get())
            .execute(&mut *self.0)
            .await?;
        revoke_user(&mut self.0, user_id, Some(user_id)).await
    }
}

/// Whether a user has a password.
pub(crate) async fn has_password(
    connection: &mut PgConnection,
    user_id: UserId,
) -> Result<bool, DatabaseError> {
    let has_password = sqlx::query_scalar!(
        r#"select password_hash is not null as "has_password!" from auth.accounts where user_id = $1"#,
        user_id.get(),
    )
    .fetch_one(connection)
    .await?;
    Ok(has_password)
}

/// Sets a password, and ends every session and the invitation of the user. Adds an entry to org's
/// change log: with an actor, that the actor accepted an invitation; without one, that the operator
/// set the password. Returns the sequence number of the revocation.
pub(crate) async fn set_password(
    connection: &mut PgConnection,
    user_id: UserId,
    password_hash: &str,
    actor: Option<UserId>,
) -> Result<i64, DatabaseError> {
    replace_password(connection, user_id, password_hash).await?;
    sqlx::query!(
        "select org.log_password($1, $2)",
        user_id.get(),
        actor.map(UserId::get)
    )
    .execute(&mut *connection)
    .await?;
    revoke_user(connection, user_id, actor).await
}

/// Stores a password and removes the links of the user.
async fn replace_password(
    connection: &mut PgConnection,
    user_id: UserId,
    password_hash: &str,
) -> Result<(), DatabaseError> {
    // Before any row of that user, as in every transaction about a person.
    callers::lock_person(connection, user_id).await?;
    sqlx::query!(
        "update auth.accounts set password_hash = $2, update_time = now() where user_id = $1",
        user_id.get(),
        password_hash,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "with withdrawn as (
            delete from auth.invitations where user_id = $1 returning user_id, expire_time
        )
        insert into auth.sign_in_log (activity, user_id)
        select 'invitation_withdrawn', user_id from withdrawn where expire_time > clock_timestamp()",
        user_id.get()
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "delete from auth.password_resets where user_id = $1",
        user_id.get()
    )
    .execute(&mut *connection)
    .await?;
    Ok(())
}

async fn revoke_user(
    connection: &mut PgConnection,
    user_id: UserId,
    actor: Option<UserId>,
) -> Result<i64, DatabaseError> {
    let seq = sqlx::query_scalar!(
        r#"select auth.revoke_user($1, $2, 'a password was set') as "seq!""#,
        user_id.get(),
        actor.map(UserId::get),
    )
    .fetch_one(connection)
    .await?;
    Ok(seq)
}
