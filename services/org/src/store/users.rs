//! Users, with the state of their accounts that auth publishes.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;
use kreis_service::language::Language;
use serde::Deserialize;
use sqlx::types::Json;

use super::{Store, Tx, read};
use crate::model::{
    CircleId, Me, NewUser, Organisation, SessionsEndReason, User, UserCircle, UserCursor, UserId,
    Version,
};

/// A circle as the queries aggregate it.
#[derive(Debug, Deserialize)]
pub(super) struct UserCircleRow {
    circle_id: i64,
    name: String,
}

impl From<UserCircleRow> for UserCircle {
    fn from(row: UserCircleRow) -> Self {
        Self {
            circle_id: CircleId::stored(row.circle_id),
            name: row.name,
        }
    }
}

#[expect(clippy::struct_excessive_bools, reason = "they are the columns")]
struct UserRow {
    id: i64,
    first_name: String,
    last_name: String,
    display_name: String,
    email: String,
    gatekeeper: bool,
    active: bool,
    has_password: bool,
    is_linked: bool,
    language: Option<String>,
    circles: Json<Vec<UserCircleRow>>,
    create_time: DateTime<Utc>,
    update_time: DateTime<Utc>,
    version: i64,
}

impl UserRow {
    fn user(self) -> Result<User, DatabaseError> {
        Ok(User {
            id: UserId::stored(self.id),
            first_name: self.first_name,
            last_name: self.last_name,
            display_name: self.display_name,
            email: self.email,
            gatekeeper: self.gatekeeper,
            active: self.active,
            has_password: self.has_password,
            is_linked: self.is_linked,
            language: read(self.language.map(|tag| tag.parse()).transpose())?,
            circles: self.circles.0.into_iter().map(UserCircle::from).collect(),
            create_time: self.create_time,
            update_time: self.update_time,
            version: Version::stored(self.version),
        })
    }
}

impl Store {
    pub(crate) async fn user(&self, id: UserId) -> Result<Option<User>, DatabaseError> {
        let row = sqlx::query_file_as!(UserRow, "src/store/sql/user.sql", id.get())
            .fetch_optional(&self.reads)
            .await?;
        row.map(UserRow::user).transpose()
    }

    /// A user and the organisation.
    pub(crate) async fn me(&self, id: UserId) -> Result<Option<Me>, DatabaseError> {
        let row = sqlx::query_file!("src/store/sql/me.sql", id.get())
            .fetch_optional(&self.reads)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let organisation = Organisation {
            name: row.organisation_name,
            zone: read(row.time_zone.parse())?,
        };
        let user = UserRow {
            id: row.id,
            first_name: row.first_name,
            last_name: row.last_name,
            display_name: row.display_name,
            email: row.email,
            gatekeeper: row.gatekeeper,
            active: row.active,
            has_password: row.has_password,
            is_linked: row.is_linked,
            language: row.language,
            circles: row.circles,
            create_time: row.create_time,
            update_time: row.update_time,
            version: row.version,
        };
        Ok(Some(Me {
            user: user.user()?,
            organisation,
        }))
    }

    /// Users, ordered by display name, from a cursor on.
    pub(crate) async fn users(
        &self,
        active: Option<bool>,
        after: &UserCursor,
        limit: i64,
    ) -> Result<Vec<User>, DatabaseError> {
        let states = active.map_or(vec![true, false], |active| vec![active]);
        let rows = sqlx::query_file_as!(
            UserRow,
            "src/store/sql/users.sql",
            &states,
            after.display_name_key,
            after.id.get(),
            limit
        )
        .fetch_all(&self.reads)
        .await?;
        rows.into_iter().map(UserRow::user).collect()
    }

    /// Id of the user with an e-mail, by its key.
    pub(crate) async fn user_id_by_email(
        &self,
        key: &str,
    ) -> Result<Option<UserId>, DatabaseError> {
        let id = sqlx::query_scalar!("select id from org.users where email_key = $1", key)
            .fetch_optional(&self.reads)
            .await?;
        Ok(id.map(UserId::stored))
    }

    /// Id of the user with a display name, by its key.
    pub(crate) async fn user_id_by_display_name(
        &self,
        key: &str,
    ) -> Result<Option<UserId>, DatabaseError> {
        let id = sqlx::query_scalar!("select id from org.users where display_name_key = $1", key)
            .fetch_optional(&self.reads)
            .await?;
        Ok(id.map(UserId::stored))
    }
}

impl Tx {
    /// Inserts a user and creates their account in auth.
    pub(crate) async fn insert_user(&mut self, new: &NewUser) -> Result<User, DatabaseError> {
        let row = sqlx::query_file!(
            "src/store/sql/insert_user.sql",
            new.first_name.as_str(),
            new.last_name.as_str(),
            new.display_name.as_str(),
            new.display_name.key(),
            new.email.as_str(),
            new.email.key(),
            new.gatekeeper,
            new.language.map(Language::tag)
        )
        .fetch_one(&mut *self.0)
        .await?;
        sqlx::query!("select auth.open_account($1)", row.id)
            .execute(&mut *self.0)
            .await?;
        Ok(User {
            id: UserId::stored(row.id),
            first_name: new.first_name.as_str().to_owned(),
            last_name: new.last_name.as_str().to_owned(),
            display_name: new.display_name.as_str().to_owned(),
            email: new.email.as_str().to_owned(),
            gatekeeper: new.gatekeeper,
            active: true,
            has_password: false,
            is_linked: false,
            language: new.language,
            circles: Vec::new(),
            create_time: row.create_time,
            update_time: row.update_time,
            version: Version::stored(row.version),
        })
    }

    /// Locks a user against changes until the end of the transaction. Rows that refer to the user
    /// can still be inserted.
    pub(crate) async fn lock_user(&mut self, id: UserId) -> Result<Option<User>, DatabaseError> {
        let locked = sqlx::query_scalar!(
            "select id from org.users where id = $1 and kind = 'person' for no key update",
            id.get()
        )
        .fetch_optional(&mut *self.0)
        .await?;
        if locked.is_none() {
            return Ok(None);
        }
        // Read after the lock is granted, so that the changes of the last holder are seen.
        self.user(id).await
    }

    /// A user, with the changes of this transaction.
    pub(crate) async fn user(&mut self, id: UserId) -> Result<Option<User>, DatabaseError> {
        let row = sqlx::query_file_as!(UserRow, "src/store/sql/user.sql", id.get())
            .fetch_optional(&mut *self.0)
            .await?;
        row.map(UserRow::user).transpose()
    }

    /// Locks whether a user is active until the end of the transaction, and returns it.
    pub(crate) async fn lock_active(&mut self, id: UserId) -> Result<Option<bool>, DatabaseError> {
        let active = sqlx::query_scalar!(
            "select active from org.users where id = $1 and kind = 'person' for share",
            id.get()
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(active)
    }

    /// Writes a locked user and raises their version.
    pub(crate) async fn update_user(&mut self, user: &mut User) -> Result<(), DatabaseError> {
        let row = sqlx::query_file!(
            "src/store/sql/update_user.sql",
            user.id.get(),
            user.first_name,
            user.last_name,
            user.display_name,
            user.display_name_key(),
            user.email,
            user.email_key(),
            user.gatekeeper,
            user.active,
            user.language.map(Language::tag)
        )
        .fetch_one(&mut *self.0)
        .await?;
        user.update_time = row.update_time;
        user.version = Version::stored(row.version);
        Ok(())
    }

    /// Sets the language of a user. It is their own matter, so their version stays.
    pub(crate) async fn set_language(
        &mut self,
        user: UserId,
        language: Language,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update org.users set language = $2 where id = $1",
            user.get(),
            language.tag()
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Whether an active gatekeeper exists; with `who_can_sign_in`, one who has a password or is linked to
    /// an account of a provider.
    pub(crate) async fn has_gatekeeper(
        &mut self,
        who_can_sign_in: bool,
    ) -> Result<bool, DatabaseError> {
        let found = sqlx::query_scalar!(
            r#"select exists (
                select from org.users u
                join auth.account_states a on a.user_id = u.id
                where u.gatekeeper and u.active and (a.has_password or a.is_linked or not $1)
            ) as "found!""#,
            who_can_sign_in
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(found)
    }

    /// Keeps the hash of an invitation. The one before becomes invalid.
    pub(crate) async fn invite(
        &mut self,
        user: UserId,
        token_hash: &[u8],
        expire_time: DateTime<Utc>,
        actor: UserId,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "select auth.invite($1, $2, $3, $4)",
            user.get(),
            token_hash,
            expire_time,
            actor.get()
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Makes the open invitation invalid, if there is one.
    pub(crate) async fn void_invitation(
        &mut self,
        user: UserId,
        actor: UserId,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "select auth.void_invitation($1, $2)",
            user.get(),
            actor.get()
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Ends every session of a user and revokes every token. Returns the sequence number in the
    /// revocation list. The operator is no actor. Must be the last statement before the commit: other
    /// revocations wait for its lock.
    pub(crate) async fn end_sessions(
        &mut self,
        user: UserId,
        actor: Option<UserId>,
        reason: SessionsEndReason,
    ) -> Result<i64, DatabaseError> {
        let seq = sqlx::query_scalar!(
            r#"select auth.end_sessions($1, $2, $3) as "seq!""#,
            user.get(),
            actor.map(UserId::get),
            reason.as_str()
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(seq)
    }
}
