//! The log of sign-ins, and the notices that users have not confirmed.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;
use kreis_service::page::TimeCursor;
use sqlx::PgConnection;

use super::{Store, Tx, read};
use crate::model::{
    Activity, Client, EarlierSignIns, Entry, NewEntry, Person, Reason, Refusals, SignInMethod,
    UserId,
};

/// Which entries to read: activities, time range, start position, and count.
#[derive(Debug)]
pub(crate) struct EntryRange {
    pub(crate) activities: Vec<Activity>,
    /// First moment.
    pub(crate) from: DateTime<Utc>,
    /// Only entries after this one in the list, so older ones.
    pub(crate) before: TimeCursor,
    /// The largest number of entries.
    pub(crate) limit: i64,
}

struct EntryRow {
    id: i64,
    create_time: DateTime<Utc>,
    activity: String,
    user_id: Option<i64>,
    user_name: Option<String>,
    is_service_account: bool,
    actor_id: Option<i64>,
    actor_name: Option<String>,
    method: Option<String>,
    reason: Option<String>,
    session_id: Option<String>,
    address: Option<String>,
    user_agent: String,
    provider: String,
    count: i32,
}

impl EntryRow {
    fn entry(self) -> Result<Entry, DatabaseError> {
        Ok(Entry {
            id: self.id,
            create_time: self.create_time,
            activity: read(self.activity.parse())?,
            user: person(self.user_id, self.user_name),
            is_service_account: self.is_service_account,
            actor: person(self.actor_id, self.actor_name),
            method: read(self.method.map(|name| name.parse()).transpose())?,
            reason: read(self.reason.map(|name| name.parse()).transpose())?,
            session: self.session_id.unwrap_or_default(),
            client: Client {
                user_agent: self.user_agent,
                address: read(self.address.map(|text| text.parse()).transpose())?,
            },
            provider: self.provider,
            count: self.count,
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
    /// Entries of the log, newest first: about one user, or all.
    pub(crate) async fn sign_ins(
        &self,
        user: Option<UserId>,
        range: &EntryRange,
    ) -> Result<Vec<Entry>, DatabaseError> {
        let activities: Vec<String> = range
            .activities
            .iter()
            .map(|activity| activity.as_str().to_owned())
            .collect();
        let (before, reads) = (range.before, &self.database.reads);
        let rows = match user {
            Some(user) => {
                sqlx::query_file_as!(
                    EntryRow,
                    "src/store/sql/sign_ins_of_user.sql",
                    &activities,
                    range.from,
                    before.time,
                    before.id,
                    range.limit,
                    user.get()
                )
                .fetch_all(reads)
                .await
            }
            None => {
                sqlx::query_file_as!(
                    EntryRow,
                    "src/store/sql/sign_ins_of_all.sql",
                    &activities,
                    range.from,
                    before.time,
                    before.id,
                    range.limit
                )
                .fetch_all(reads)
                .await
            }
        };
        rows?.into_iter().map(EntryRow::entry).collect()
    }

    /// The entries that a user has not confirmed to have read, newest first.
    pub(crate) async fn notices(&self, user: UserId) -> Result<Vec<Entry>, DatabaseError> {
        let rows = sqlx::query_file_as!(EntryRow, "src/store/sql/notices.sql", user.get())
            .fetch_all(&self.database.reads)
            .await?;
        rows.into_iter().map(EntryRow::entry).collect()
    }

    /// Deletes at most so many entries that are older than 400 days. Returns how many.
    pub(crate) async fn purge_sign_in_log(&self, at_most: i64) -> Result<u64, DatabaseError> {
        let purged =
            sqlx::query_scalar!(r#"select auth.purge_sign_in_log($1) as "purged!""#, at_most)
                .fetch_one(&self.database.writes)
                .await?;
        Ok(purged.unsigned_abs())
    }
}

impl Tx {
    /// Appends an entry to the log. Returns its id.
    pub(crate) async fn log(&mut self, entry: &NewEntry<'_>) -> Result<i64, DatabaseError> {
        append(&mut self.0, entry).await
    }

    /// Appends one entry for each kind of refusal.
    pub(crate) async fn log_refusals(&mut self, found: &[Refusals]) -> Result<(), DatabaseError> {
        let texts = |text: fn(&Refusals) -> String| found.iter().map(text).collect::<Vec<_>>();
        let times: Vec<DateTime<Utc>> = found.iter().map(|refusals| refusals.time).collect();
        let users: Vec<Option<i64>> = found
            .iter()
            .map(|refusals| refusals.refusal.user.map(UserId::get))
            .collect();
        let methods: Vec<Option<String>> = found
            .iter()
            .map(|refusals| refusals.refusal.method.map(name_of_method))
            .collect();
        let addresses: Vec<Option<String>> = found
            .iter()
            .map(|refusals| refusals.client.address.map(|address| address.to_string()))
            .collect();
        let counts: Vec<i32> = found
            .iter()
            .map(|refusals| i32::try_from(refusals.count).unwrap_or(i32::MAX))
            .collect();
        sqlx::query_file!(
            "src/store/sql/log_refusals.sql",
            &times,
            &texts(|refusals| refusals.refusal.activity.as_str().to_owned()),
            &texts(|refusals| refusals.refusal.reason.as_str().to_owned()),
            &users as &[Option<i64>],
            &methods as &[Option<String>],
            &addresses as &[Option<String>],
            &texts(|refusals| refusals.client.user_agent.clone()),
            &counts,
            &texts(|refusals| refusals
                .refusal
                .provider
                .as_deref()
                .unwrap_or_default()
                .to_owned()),
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Keeps an entry for its user to read.
    pub(crate) async fn add_notice(
        &mut self,
        user: UserId,
        entry: i64,
    ) -> Result<(), DatabaseError> {
        add_notice(&mut self.0, user, entry).await
    }

    /// What the log has of earlier sign-ins of a user.
    pub(crate) async fn earlier_sign_ins(
        &mut self,
        user: UserId,
        client: &Client,
    ) -> Result<EarlierSignIns, DatabaseError> {
        let earlier = sqlx::query_as!(
            EarlierSignIns,
            r#"select
                exists (
                    select from auth.sign_in_log
                    where user_id = $1 and activity = $2
                ) as "any!",
                exists (
                    select from auth.sign_in_log
                    where user_id = $1 and activity = $2
                        and address is not distinct from $3::text::inet and user_agent = $4
                ) as "by_this_program!""#,
            user.get(),
            Activity::SignedIn.as_str(),
            client.address.map(|address| address.to_string()),
            client.user_agent,
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(earlier)
    }

    /// Deletes these notices of a user. Others are left as they are.
    pub(crate) async fn confirm_notices(
        &mut self,
        user: UserId,
        ids: &[i64],
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "delete from auth.notices where user_id = $1 and entry_id = any($2)",
            user.get(),
            ids,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}

/// Keeps an entry for its user to read.
pub(crate) async fn add_notice(
    connection: &mut PgConnection,
    user: UserId,
    entry: i64,
) -> Result<(), DatabaseError> {
    sqlx::query!("select auth.add_notice($1, $2)", user.get(), entry)
        .execute(connection)
        .await?;
    Ok(())
}

/// Appends an entry to the log. Returns its id.
pub(crate) async fn append(
    connection: &mut PgConnection,
    entry: &NewEntry<'_>,
) -> Result<i64, DatabaseError> {
    let client = entry.client;
    let id = sqlx::query_scalar!(
        "insert into auth.sign_in_log (
            activity, user_id, actor_id, method, session_id, address, user_agent, reason, provider
        )
        values ($1, $2, $3, $4, $5, $6::text::inet, $7, $8, $9)
        returning id",
        entry.activity.as_str(),
        entry.user.get(),
        entry.actor.map(UserId::get),
        entry.method.map(SignInMethod::as_str),
        entry.session,
        client
            .and_then(|client| client.address)
            .map(|address| address.to_string()),
        client.map_or("", |client| &client.user_agent),
        entry.reason.map(Reason::as_str),
        entry.provider.unwrap_or_default(),
    )
    .fetch_one(connection)
    .await?;
    Ok(id)
}

fn name_of_method(method: SignInMethod) -> String {
    method.as_str().to_owned()
}
