//! The change log of org.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kreis_database::DatabaseError;

use super::{Store, Tx, read};
use crate::model::{
    Activity, Change, ChangeCursor, ChangeScope, CircleId, FieldChange, NewChange, Person, UserId,
};

/// Which entries to read: time range, start position, and count.
#[derive(Debug)]
pub(crate) struct ChangeRange {
    /// First moment; absent for no bound.
    pub(crate) from: Option<DateTime<Utc>>,
    /// First moment after the range; absent for no bound.
    pub(crate) until: Option<DateTime<Utc>>,
    /// Only entries after this one in the list, so older ones.
    pub(crate) before: Option<ChangeCursor>,
    /// The largest number of entries.
    pub(crate) limit: i64,
}

struct ChangeRow {
    id: i64,
    create_time: DateTime<Utc>,
    actor_id: Option<i64>,
    actor_name: Option<String>,
    activity: String,
    user_id: Option<i64>,
    user_name: Option<String>,
    circle_id: Option<i64>,
    circle_name: String,
    field: String,
    old_text: String,
    new_text: String,
}

impl ChangeRow {
    fn change(self) -> Result<Change, DatabaseError> {
        Ok(Change {
            id: self.id,
            create_time: self.create_time,
            changed_by: person(self.actor_id, self.actor_name),
            activity: read(self.activity.parse())?,
            user: person(self.user_id, self.user_name),
            circle_id: self.circle_id.map(CircleId::stored),
            circle_name: self.circle_name,
            field: self.field,
            old_text: self.old_text,
            new_text: self.new_text,
        })
    }
}

fn person(id: Option<i64>, display_name: Option<String>) -> Option<Person> {
    Some(Person {
        user_id: UserId::stored(id?),
        display_name: display_name?,
    })
}

/// Later than every entry, and still a valid timestamp for Postgres.
fn end_of_time() -> DateTime<Utc> {
    NaiveDate::MAX.and_time(NaiveTime::MIN).and_utc()
}

impl Store {
    /// Entries of the change log, newest first.
    pub(crate) async fn changes(
        &self,
        scope: ChangeScope,
        range: &ChangeRange,
    ) -> Result<Vec<Change>, DatabaseError> {
        let from = range.from.unwrap_or(DateTime::UNIX_EPOCH);
        let until = range.until.unwrap_or_else(end_of_time);
        let before = range.before.unwrap_or(ChangeCursor {
            create_time: until,
            id: i64::MAX,
        });
        let rows = match scope {
            ChangeScope::All => {
                sqlx::query_file_as!(
                    ChangeRow,
                    "src/store/sql/changes_of_all.sql",
                    from,
                    until,
                    before.create_time,
                    before.id,
                    range.limit
                )
                .fetch_all(&self.reads)
                .await
            }
            ChangeScope::User(user) => {
                sqlx::query_file_as!(
                    ChangeRow,
                    "src/store/sql/changes_of_user.sql",
                    from,
                    until,
                    before.create_time,
                    before.id,
                    range.limit,
                    user.get()
                )
                .fetch_all(&self.reads)
                .await
            }
            ChangeScope::Circle(circle) => {
                sqlx::query_file_as!(
                    ChangeRow,
                    "src/store/sql/changes_of_circle.sql",
                    from,
                    until,
                    before.create_time,
                    before.id,
                    range.limit,
                    circle.get()
                )
                .fetch_all(&self.reads)
                .await
            }
        };
        rows?.into_iter().map(ChangeRow::change).collect()
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
