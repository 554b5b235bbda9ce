//! Service accounts, with the keys that auth publishes.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;
use serde::Deserialize;
use sqlx::types::Json;

use super::{Store, Tx, users::UserCircleRow};
use crate::model::{
    CircleId, Person, ServiceAccess, ServiceAccount, ServiceCircles, ServiceKeyId, ServiceKeyState,
    SessionsEndReason, UserCircle, UserId, Version,
};

/// A key as the queries aggregate it. Times are in microseconds of Unix time.
#[derive(Debug, Deserialize)]
struct ServiceKeyRow {
    id: i64,
    hint: String,
    create_micros: i64,
    expire_micros: i64,
    first_use_micros: Option<i64>,
    last_use_micros: Option<i64>,
}

impl From<ServiceKeyRow> for ServiceKeyState {
    fn from(row: ServiceKeyRow) -> Self {
        Self {
            id: ServiceKeyId::stored(row.id),
            hint: row.hint,
            create_time: time(row.create_micros),
            expire_time: time(row.expire_micros),
            first_use_time: row.first_use_micros.map(time),
            last_use_time: row.last_use_micros.map(time),
        }
    }
}

fn time(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).expect("times of keys are within a year of today")
}

struct ServiceAccountRow {
    id: i64,
    name: String,
    writes: bool,
    all_circles: bool,
    circles: Json<Vec<UserCircleRow>>,
    owner_id: i64,
    owner_name: String,
    suspended: bool,
    keys: Json<Vec<ServiceKeyRow>>,
    create_time: DateTime<Utc>,
    update_time: DateTime<Utc>,
    version: i64,
}

impl From<ServiceAccountRow> for ServiceAccount {
    fn from(row: ServiceAccountRow) -> Self {
        let circles = row.circles.0.into_iter().map(UserCircle::from);
        Self {
            id: UserId::stored(row.id),
            name: row.name,
            access: if row.writes {
                ServiceAccess::Write
            } else {
                ServiceAccess::Read
            },
            circles: if row.all_circles {
                ServiceCircles::All
            } else {
                ServiceCircles::Some(circles.collect())
            },
            owner: Person {
                user_id: UserId::stored(row.owner_id),
                display_name: row.owner_name,
            },
            suspended: row.suspended,
            keys: row.keys.0.into_iter().map(ServiceKeyState::from).collect(),
            create_time: row.create_time,
            update_time: row.update_time,
            version: Version::stored(row.version),
        }
    }
}

impl Store {
    /// All service accounts, ordered by name.
    pub(crate) async fn service_accounts(&self) -> Result<Vec<ServiceAccount>, DatabaseError> {
        let rows = sqlx::query_file_as!(ServiceAccountRow, "src/store/sql/service_accounts.sql")
            .fetch_all(&self.reads)
            .await?;
        Ok(rows.into_iter().map(ServiceAccount::from).collect())
    }

    /// The service account of a key.
    pub(crate) async fn service_account_of_key(
        &self,
        key: ServiceKeyId,
    ) -> Result<Option<UserId>, DatabaseError> {
        let id = sqlx::query_scalar!(
            r#"select user_id as "user_id!" from auth.service_key_states where id = $1"#,
            key.get()
        )
        .fetch_optional(&self.reads)
        .await?;
        Ok(id.map(UserId::stored))
    }
}

impl Tx {
    /// A service account, with the changes of this transaction.
    pub(crate) async fn service_account(
        &mut self,
        id: UserId,
    ) -> Result<Option<ServiceAccount>, DatabaseError> {
        let row = sqlx::query_file_as!(
            ServiceAccountRow,
            "src/store/sql/service_account.sql",
            id.get()
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(row.map(ServiceAccount::from))
    }

    /// How many service accounts there are.
    pub(crate) async fn count_service_accounts(&mut self) -> Result<i64, DatabaseError> {
        let count = sqlx::query_scalar!(
            r#"select count(*) as "count!"
            from org.service_accounts s
            join org.users u on u.id = s.user_id
            where u.active"#
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(count)
    }

    /// The user, if they are an active gatekeeper. The lock on gatekeepers prevents that this changes.
    pub(crate) async fn active_gatekeeper(
        &mut self,
        id: UserId,
    ) -> Result<Option<Person>, DatabaseError> {
        let row = sqlx::query!(
            "select display_name from org.users where id = $1 and active and gatekeeper",
            id.get()
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(row.map(|row| Person {
            user_id: id,
            display_name: row.display_name,
        }))
    }

    /// The existing ones of these circles, ordered by name. They cannot be deleted until the end of
    /// the transaction.
    pub(crate) async fn lock_circles(
        &mut self,
        ids: &[CircleId],
    ) -> Result<Vec<UserCircle>, DatabaseError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        let rows = sqlx::query!(
            "select id, name from org.circles where id = any ($1) order by name_key for key share",
            &ids
        )
        .fetch_all(&mut *self.0)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| UserCircle {
                circle_id: CircleId::stored(row.id),
                name: row.name,
            })
            .collect())
    }

    /// Inserts a service account without circles and keys, and creates its account in auth.
    pub(crate) async fn insert_service_account(
        &mut self,
        (name, name_key): (&str, &str),
        owner: UserId,
        access: ServiceAccess,
        circles: &ServiceCircles,
    ) -> Result<UserId, DatabaseError> {
        let id = sqlx::query_file_scalar!(
            "src/store/sql/insert_service_account.sql",
            name,
            name_key,
            owner.get(),
            access.writes(),
            *circles == ServiceCircles::All
        )
        .fetch_one(&mut *self.0)
        .await?;
        sqlx::query!("select auth.open_account($1)", id)
            .execute(&mut *self.0)
            .await?;
        let id = UserId::stored(id);
        self.set_service_circles(id, circles).await?;
        Ok(id)
    }

    /// Writes a locked service account and raises its version.
    pub(crate) async fn update_service_account(
        &mut self,
        account: &ServiceAccount,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update org.users
            set display_name = $2, display_name_key = $3, version = version + 1, update_time = now()
            where id = $1",
            account.id.get(),
            account.name,
            account.name_key()
        )
        .execute(&mut *self.0)
        .await?;
        sqlx::query!(
            "update org.service_accounts set owner_id = $2, writes = $3, all_circles = $4
            where user_id = $1",
            account.id.get(),
            account.owner.user_id.get(),
            account.access.writes(),
            account.circles == ServiceCircles::All
        )
        .execute(&mut *self.0)
        .await?;
        self.set_service_circles(account.id, &account.circles).await
    }

    async fn set_service_circles(
        &mut self,
        id: UserId,
        circles: &ServiceCircles,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "delete from org.service_account_circles where user_id = $1",
            id.get()
        )
        .execute(&mut *self.0)
        .await?;
        let ServiceCircles::Some(circles) = circles else {
            return Ok(());
        };
        let ids: Vec<i64> = circles
            .iter()
            .map(|circle| circle.circle_id.get())
            .collect();
        sqlx::query!(
            "insert into org.service_account_circles (user_id, circle_id)
            select $1, circle_id from unnest($2::bigint[]) as circle (circle_id)",
            id.get(),
            &ids
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Deactivates the user of a service account. The change logs still show its name.
    pub(crate) async fn deactivate_service_account(
        &mut self,
        id: UserId,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update org.users set active = false, version = version + 1, update_time = now()
            where id = $1",
            id.get()
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Adds a key. Removes keys of the account that have expired or ended.
    pub(crate) async fn add_service_key(
        &mut self,
        account: UserId,
        key_hash: &[u8],
        hint: &str,
        expire_time: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "select auth.add_service_key($1, $2, $3, $4)",
            account.get(),
            key_hash,
            hint,
            expire_time
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Removes a key and ends its tokens. Returns the sequence number of the revocation; nothing if
    /// the key has no tokens. Of the statements before the commit, only revocations come later.
    pub(crate) async fn remove_service_key(
        &mut self,
        key: ServiceKeyId,
        actor: Option<UserId>,
    ) -> Result<Option<i64>, DatabaseError> {
        let seq = sqlx::query_scalar!(
            "select auth.remove_service_key($1, $2)",
            key.get(),
            actor.map(UserId::get)
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(seq)
    }

    /// Locks the service accounts of an owner, as [`Tx::lock_person`] does. Must come before the
    /// first revocation.
    pub(crate) async fn lock_service_accounts_of(
        &mut self,
        owner: UserId,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "select auth.lock_person(s.user_id)
            from (
                select user_id from org.service_accounts where owner_id = $1 order by user_id
            ) s",
            owner.get()
        )
        .fetch_all(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Ends the sessions of all service accounts of an owner who is no active gatekeeper. Returns the
    /// sequence number of the last revocation; nothing if the owner has no service account.
    pub(crate) async fn suspend_service_accounts_of(
        &mut self,
        owner: UserId,
        actor: Option<UserId>,
    ) -> Result<Option<i64>, DatabaseError> {
        let seq = sqlx::query_scalar!(
            "select max(auth.end_sessions(s.user_id, $2, $3))
            from org.service_accounts s
            join org.users u on u.id = s.user_id
            where s.owner_id = $1 and u.active",
            owner.get(),
            actor.map(UserId::get),
            SessionsEndReason::AccountSuspended.as_str()
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(seq)
    }
}
