//! The outbox.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;
use sqlx::PgConnection;

use super::{Store, Tx, read};
use crate::model::{
    ClaimedMail, EmailKey, InvitationHash, MailKind, MailOrganisation, MailOutcome, NewMail,
    Recipient, UserId, WaitingMails,
};

struct ClaimedMailRow {
    id: i64,
    user_id: i64,
    kind: String,
    create_time: DateTime<Utc>,
    attempts: i32,
    give_up_time: DateTime<Utc>,
    link_hash: Option<Vec<u8>>,
    has_password: bool,
    display_name: String,
    email: String,
    active: bool,
    language: Option<String>,
    actor_name: Option<String>,
    address: Option<String>,
    organisation: String,
    time_zone: String,
}

impl ClaimedMailRow {
    fn mail(self) -> Result<ClaimedMail, DatabaseError> {
        Ok(ClaimedMail {
            id: self.id,
            kind: read(self.kind.parse())?,
            create_time: self.create_time,
            attempts: self.attempts,
            give_up_time: self.give_up_time,
            link: self.link_hash.map(InvitationHash::stored),
            recipient: Recipient {
                user: UserId::stored(self.user_id),
                display_name: self.display_name,
                email: self.email,
                active: self.active,
                has_password: self.has_password,
                language: read(self.language.map(|tag| tag.parse()).transpose())?,
            },
            actor_name: self.actor_name,
            address: self.address,
            organisation: MailOrganisation {
                name: self.organisation,
                zone: read(self.time_zone.parse())?,
            },
        })
    }
}

impl Store {
    /// The active user with this e-mail who has a password and got fewer links for a new one in
    /// the last hour than the limit.
    pub(crate) async fn user_to_reset(
        &self,
        email: &EmailKey,
        only_gatekeepers: bool,
    ) -> Result<Option<UserId>, DatabaseError> {
        let kind = MailKind::PasswordReset;
        let user = sqlx::query_scalar!(
            r#"select d.user_id as "user_id!"
            from org.directory d
            join auth.accounts a on a.user_id = d.user_id
            where d.email_key = $1 and d.active and a.password_hash is not null
                and (d.gatekeeper or not $4) and (
                select count(*) from auth.mails m
                where m.user_id = d.user_id and m.kind = $2
                    and m.create_time > clock_timestamp() - interval '1 hour'
            ) < $3"#,
            email.as_str(),
            kind.as_str(),
            kind.most_in_an_hour(),
            only_gatekeepers,
        )
        .fetch_optional(&self.database.reads)
        .await?;
        Ok(user.map(UserId::stored))
    }

    /// How many mails wait, and since when.
    pub(crate) async fn waiting_mails(&self) -> Result<WaitingMails, DatabaseError> {
        let waiting = sqlx::query_as!(
            WaitingMails,
            r#"select
                count(*) as "count!",
                coalesce(extract(epoch from clock_timestamp() - min(create_time)), 0)::float8
                    as "oldest_age_seconds!"
            from auth.mails
            where end_time is null"#
        )
        .fetch_one(&self.database.reads)
        .await?;
        Ok(waiting)
    }

    /// Notes how a mail ended, unless another server has claimed it since. Returns whether it was
    /// noted.
    pub(crate) async fn end_mail(
        &self,
        mail: &ClaimedMail,
        outcome: MailOutcome,
    ) -> Result<bool, DatabaseError> {
        let ended = sqlx::query!(
            "update auth.mails set end_time = clock_timestamp(), outcome = $3
            where id = $1 and attempts = $2 and end_time is null",
            mail.id,
            mail.attempts,
            outcome.as_str(),
        )
        .execute(&self.database.writes)
        .await?;
        Ok(ended.rows_affected() == 1)
    }

    /// Lets a mail wait for its next attempt, unless another server has claimed it since.
    pub(crate) async fn retry_mail(
        &self,
        mail: &ClaimedMail,
        wait: Duration,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update auth.mails set attempt_time = clock_timestamp() + make_interval(secs => $3)
            where id = $1 and attempts = $2 and end_time is null",
            mail.id,
            mail.attempts,
            wait.as_secs_f64(),
        )
        .execute(&self.database.writes)
        .await?;
        Ok(())
    }

    /// Deletes at most so many mails that ended more than a week ago, or that waited a week too long,
    /// because no server sends mails. Returns how many.
    pub(crate) async fn purge_mails(&self, at_most: i64) -> Result<u64, DatabaseError> {
        let purged = sqlx::query!(
            "delete from auth.mails m
            using (
                select id from auth.mails
                where end_time < clock_timestamp() - interval '7 days'
                    or end_time is null and give_up_time < clock_timestamp() - interval '7 days'
                order by id
                limit $1
                for update skip locked
            ) old
            where m.id = old.id",
            at_most,
        )
        .execute(&self.database.writes)
        .await?;
        Ok(purged.rows_affected())
    }
}

impl Tx {
    /// Claims at most so many mails that are due, for the time of the lease.
    pub(crate) async fn claim_mails(
        &mut self,
        at_most: i64,
        lease: Duration,
    ) -> Result<Vec<ClaimedMail>, DatabaseError> {
        let rows = sqlx::query_file_as!(
            ClaimedMailRow,
            "src/store/sql/claim_mails.sql",
            at_most,
            lease.as_secs_f64(),
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.into_iter().map(ClaimedMailRow::mail).collect()
    }

    /// How many mails of a kind a user got in the last hour, with those that wait.
    pub(crate) async fn mails_of_last_hour(
        &mut self,
        user: UserId,
        kind: MailKind,
    ) -> Result<i64, DatabaseError> {
        let mails = sqlx::query_scalar!(
            r#"select count(*) as "mails!" from auth.mails
            where user_id = $1 and kind = $2
                and create_time > clock_timestamp() - interval '1 hour'"#,
            user.get(),
            kind.as_str(),
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(mails)
    }

    /// See [`void_waiting`].
    pub(crate) async fn void_waiting_mail(
        &mut self,
        user: UserId,
        kind: MailKind,
    ) -> Result<(), DatabaseError> {
        void_waiting(&mut self.0, user, kind).await
    }

    /// See [`insert`].
    pub(crate) async fn insert_mail(&mut self, mail: &NewMail) -> Result<(), DatabaseError> {
        insert(&mut self.0, mail).await
    }

    /// Notes the current link of a mail.
    pub(crate) async fn set_link_of_mail(
        &mut self,
        mail: i64,
        link: &InvitationHash,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update auth.mails set link_hash = $2 where id = $1",
            mail,
            link.as_bytes(),
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}

/// Voids the mail of a kind that waits for a user, because a newer one takes its place. Locks that
/// mail, so it comes before the statement that changes its link: a server that sends the mail locks
/// in the same order.
pub(crate) async fn void_waiting(
    connection: &mut PgConnection,
    user: UserId,
    kind: MailKind,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "update auth.mails set end_time = clock_timestamp(), outcome = $3
        where user_id = $1 and kind = $2 and end_time is null",
        user.get(),
        kind.as_str(),
        MailOutcome::Void.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a mail into the outbox.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    mail: &NewMail,
) -> Result<(), DatabaseError> {
    sqlx::query!(
        "insert into auth.mails (user_id, kind, actor_id, link_hash, address, give_up_time)
        values (
            $1, $2, $3, $4, $5::text::inet, clock_timestamp() + make_interval(secs => $6)
        )",
        mail.user.get(),
        mail.kind.as_str(),
        mail.actor.map(UserId::get),
        mail.link.as_ref().map(InvitationHash::as_bytes),
        mail.address.map(|address| address.to_string()),
        mail.kind.give_up_after().as_seconds_f64(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
