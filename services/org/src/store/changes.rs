//! The change log of org.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt};
use kreis_database::DatabaseError;
use kreis_service::page::TimeCursor;

use super::{Store, Tx, read};
use crate::model::{
    Activity, Change, ChangeScope, CircleId, FieldChange, NewChange, Person, UserId,
};

struct ChangeRow {
    id: i64,
    create_time: DateTime<Utc>,
    actor_id: Option<i64>,
    actor_name: Option<String>,
    owner_id: Option<i64>,
    owner_name: Option<String>,
    activity: String,
    user_id: Option<i64>,
    user_name: Option<String>,
    circle_id: Option<i64>,
    circle_name: String,
    field: String,
    old_text: String,
    new_text: String,
    provider: String,
}

impl ChangeRow {
    fn change(self) -> Result<Change, DatabaseError> {
        Ok(Change {
            id: self.id,
            create_time: self.create_time,
            changed_by: person(self.actor_id, self.actor_name),
            owner: person(self.owner_id, self.owner_name),
            activity: read(self.activity.parse())?,
            user: person(self.user_id, self.user_name),
            circle_id: self.circle_id.map(CircleId::stored),
            circle_name: self.circle_name,
            field: self.field,
            old_text: self.old_text,
            new_text: self.new_text,
            provider: self.provider,
        })
    }
}

fn person(id: Option<i64>, display_name: Option<String>) -> Option<Person> {
    Some(Person {
        user_id: UserId::stored(id?),
        display_name: display_name?,
    })
}

impl Store {
    /// Changes, newest first, from a cursor on, back to `since` inclusive.
    pub(crate) async fn changes(
        &self,
        scope: ChangeScope,
        since: DateTime<Utc>,
        before: TimeCursor,
        most: i64,
    ) -> Result<Vec<Change>, DatabaseError> {
        let rows = match scope {
            ChangeScope::All => sqlx::query_file_as!(
                ChangeRow,
                "src/store/sql/changes_of_all.sql",
                since,
                before.time,
                before.id,
                most,
            )
            .fetch(&self.reads),
            ChangeScope::User(user) => sqlx::query_file_as!(
                ChangeRow,
                "src/store/sql/changes_of_user.sql",
                since,
                before.time,
                before.id,
                most,
                user.get(),
            )
            .fetch(&self.reads),
            ChangeScope::Circle(circle) => sqlx::query_file_as!(
                ChangeRow,
                "src/store/sql/changes_of_circle.sql",
                since,
                before.time,
                before.id,
                most,
                circle.get(),
            )
            .fetch(&self.reads),
        };
        rows.map(|row| row?.change()).try_collect().await
    }
}

impl Tx {
    /// Appends an entry to the change log.
    pub(crate) async fn append_change(
        &mut self,
        actor: Option<UserId>,
        change: NewChange<'_>,
    ) -> Result<(), DatabaseError> {
        let (circle_id, circle_name) = change.circle.unzip();
        sqlx::query!(
            "insert into org.changes (
                actor_id, activity, user_id, circle_id, circle_name, field, old_text, new_text
            )
            values ($1, $2, $3, $4, $5, $6, $7, $8)",
            actor.map(UserId::get),
            change.activity.as_str(),
            change.user.map(UserId::get),
            circle_id.map(CircleId::get),
            circle_name.unwrap_or_default(),
            change.field,
            change.old_text,
            change.new_text
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Appends an entry for each field of a user that changed.
    pub(crate) async fn append_user_update(
        &mut self,
        actor: Option<UserId>,
        user: UserId,
        changes: &[FieldChange],
    ) -> Result<(), DatabaseError> {
        let fields: Vec<String> = changes.iter().map(|it| it.field.to_owned()).collect();
        let old: Vec<String> = changes.iter().map(|it| it.old.clone()).collect();
        let new: Vec<String> = changes.iter().map(|it| it.new.clone()).collect();
        sqlx::query!(
            "insert into org.changes (actor_id, activity, user_id, field, old_text, new_text)
            select $1, $2, $3, field, old_text, new_text
            from unnest($4::text[], $5::text[], $6::text[]) as change (field, old_text, new_text)",
            actor.map(UserId::get),
            Activity::UserUpdated.as_str(),
            user.get(),
            &fields,
            &old,
            &new
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
