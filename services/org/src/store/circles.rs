//! Circles and membership.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;
use serde::Deserialize;
use sqlx::types::Json;

use super::{Store, Tx};
use crate::model::{Circle, CircleCursor, CircleId, CircleMember, Name, UserId, Version};

/// A member as the queries aggregate it.
#[derive(Debug, Deserialize)]
struct CircleMemberRow {
    user_id: i64,
    display_name: String,
    active: bool,
}

impl From<CircleMemberRow> for CircleMember {
    fn from(row: CircleMemberRow) -> Self {
        Self {
            user_id: UserId::stored(row.user_id),
            display_name: row.display_name,
            active: row.active,
        }
    }
}

struct CircleRow {
    id: i64,
    name: String,
    members: Json<Vec<CircleMemberRow>>,
    create_time: DateTime<Utc>,
    update_time: DateTime<Utc>,
    version: i64,
}

impl From<CircleRow> for Circle {
    fn from(row: CircleRow) -> Self {
        Self {
            id: CircleId::stored(row.id),
            name: row.name,
            members: row.members.0.into_iter().map(CircleMember::from).collect(),
            create_time: row.create_time,
            update_time: row.update_time,
            version: Version::stored(row.version),
        }
    }
}

impl Store {
    pub(crate) async fn circle(&self, id: CircleId) -> Result<Option<Circle>, DatabaseError> {
        let row = sqlx::query_file_as!(CircleRow, "src/store/sql/circle.sql", id.get())
            .fetch_optional(&self.reads)
            .await?;
        Ok(row.map(Circle::from))
    }

    /// Circles, ordered by name, from a cursor on.
    pub(crate) async fn circles(
        &self,
        after: &CircleCursor,
        limit: i64,
    ) -> Result<Vec<Circle>, DatabaseError> {
        let rows = sqlx::query_file_as!(
            CircleRow,
            "src/store/sql/circles.sql",
            after.name_key,
            after.id.get(),
            limit
        )
        .fetch_all(&self.reads)
        .await?;
        Ok(rows.into_iter().map(Circle::from).collect())
    }

    /// Id of the circle with a name, by its key.
    pub(crate) async fn circle_id_by_name(
        &self,
        key: &str,
    ) -> Result<Option<CircleId>, DatabaseError> {
        let id = sqlx::query_scalar!("select id from org.circles where name_key = $1", key)
            .fetch_optional(&self.reads)
            .await?;
        Ok(id.map(CircleId::stored))
    }
}

impl Tx {
    pub(crate) async fn insert_circle(&mut self, name: &Name) -> Result<Circle, DatabaseError> {
        let row = sqlx::query!(
            "insert into org.circles (name, name_key) values ($1, $2)
            returning id, create_time, update_time, version",
            name.as_str(),
            name.key()
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(Circle {
            id: CircleId::stored(row.id),
            name: name.as_str().to_owned(),
            members: Vec::new(),
            create_time: row.create_time,
            update_time: row.update_time,
            version: Version::stored(row.version),
        })
    }

    /// Locks a circle against changes until the end of the transaction.
    pub(crate) async fn lock_circle(
        &mut self,
        id: CircleId,
    ) -> Result<Option<Circle>, DatabaseError> {
        let locked = sqlx::query_scalar!(
            "select id from org.circles where id = $1 for no key update",
            id.get()
        )
        .fetch_optional(&mut *self.0)
        .await?;
        if locked.is_none() {
            return Ok(None);
        }
        self.circle(id).await
    }

    /// Locks the name of a circle until the end of the transaction, and returns it.
    pub(crate) async fn lock_circle_name(
        &mut self,
        id: CircleId,
    ) -> Result<Option<String>, DatabaseError> {
        let name = sqlx::query_scalar!(
            "select name from org.circles where id = $1 for share",
            id.get()
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(name)
    }

    pub(crate) async fn circle(&mut self, id: CircleId) -> Result<Option<Circle>, DatabaseError> {
        let row = sqlx::query_file_as!(CircleRow, "src/store/sql/circle.sql", id.get())
            .fetch_optional(&mut *self.0)
            .await?;
        Ok(row.map(Circle::from))
    }

    /// Writes a locked circle and raises its version.
    pub(crate) async fn update_circle(&mut self, circle: &mut Circle) -> Result<(), DatabaseError> {
        let row = sqlx::query!(
            "update org.circles
            set name = $2, name_key = $3, version = version + 1, update_time = now()
            where id = $1
            returning update_time, version",
            circle.id.get(),
            circle.name,
            circle.name_key()
        )
        .fetch_one(&mut *self.0)
        .await?;
        circle.update_time = row.update_time;
        circle.version = Version::stored(row.version);
        Ok(())
    }

    /// Deletes a circle. A foreign key prevents it while the circle is in use.
    pub(crate) async fn delete_circle(&mut self, id: CircleId) -> Result<(), DatabaseError> {
        sqlx::query!("delete from org.circles where id = $1", id.get())
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    /// Makes a user a member. Returns false if the user is a member already.
    pub(crate) async fn insert_member(
        &mut self,
        circle: CircleId,
        user: UserId,
    ) -> Result<bool, DatabaseError> {
        let inserted = sqlx::query!(
            "insert into org.members (circle_id, user_id) values ($1, $2)
            on conflict on constraint one_membership_per_user_and_circle do nothing",
            circle.get(),
            user.get()
        )
        .execute(&mut *self.0)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    /// Ends a membership. Returns false if there is none.
    pub(crate) async fn delete_member(
        &mut self,
        circle: CircleId,
        user: UserId,
    ) -> Result<bool, DatabaseError> {
        let deleted = sqlx::query!(
            "delete from org.members where circle_id = $1 and user_id = $2",
            circle.get(),
            user.get()
        )
        .execute(&mut *self.0)
        .await?;
        Ok(deleted.rows_affected() == 1)
    }
}
