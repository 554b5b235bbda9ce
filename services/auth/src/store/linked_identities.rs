//! Accounts at providers that belong to users, and what may be used once.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;
use kreis_service::names;

use super::{Store, Tx};
use crate::model::{
    EndedSession, IdentityId, NewPerson, ProviderIdentity, ProviderLogout, SpentHash, UserId,
};

impl Store {
    /// Whether an active gatekeeper can sign in with one of these providers.
    pub(crate) async fn has_linked_gatekeeper(
        &self,
        issuers: &[String],
    ) -> Result<bool, DatabaseError> {
        let found = sqlx::query_scalar!(
            r#"select exists (
                select from auth.linked_identities i
                join org.directory d on d.user_id = i.user_id
                where i.issuer = any($1) and d.gatekeeper and d.active
            ) as "found!""#,
            issuers,
        )
        .fetch_one(&self.database.reads)
        .await?;
        Ok(found)
    }

    /// Stores the providers of the settings.
    pub(crate) async fn note_providers(&self, issuers: &[String]) -> Result<(), DatabaseError> {
        sqlx::query!(
            "with removed as (delete from auth.providers where issuer <> all($1))
            insert into auth.providers (issuer) select unnest($1::text[]) on conflict do nothing",
            issuers,
        )
        .execute(&self.database.writes)
        .await?;
        Ok(())
    }

    /// The provider with which a session began. Absent for other sessions.
    pub(crate) async fn issuer_of_session(
        &self,
        session: &str,
    ) -> Result<Option<String>, DatabaseError> {
        let issuer = sqlx::query_scalar!(
            "select i.issuer from auth.sessions s
            join auth.linked_identities i on i.id = s.identity_id
            where s.id = $1",
            session,
        )
        .fetch_optional(&self.database.reads)
        .await?;
        Ok(issuer)
    }

    /// Deletes at most so many spent tokens that are refused anyway. Returns how many.
    pub(crate) async fn purge_spent_tokens(&self, at_most: i64) -> Result<u64, DatabaseError> {
        let purged = sqlx::query!(
            "delete from auth.spent_tokens t
            using (
                select hash from auth.spent_tokens
                where expire_time < clock_timestamp()
                order by expire_time
                limit $1
                for update skip locked
            ) old
            where t.hash = old.hash",
            at_most,
        )
        .execute(&self.database.writes)
        .await?;
        Ok(purged.rows_affected())
    }
}

impl Tx {
    /// Notes that a token was used. Returns false if it was used before.
    pub(crate) async fn spend(
        &mut self,
        token: SpentHash,
        expire_time: DateTime<Utc>,
    ) -> Result<bool, DatabaseError> {
        let spent = sqlx::query!(
            "insert into auth.spent_tokens (hash, expire_time) values ($1, $2)
            on conflict do nothing",
            token.bytes(),
            expire_time,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(spent.rows_affected() == 1)
    }

    /// The user of an account at a provider.
    pub(crate) async fn user_of_identity(
        &mut self,
        person: &ProviderIdentity,
    ) -> Result<Option<(IdentityId, UserId)>, DatabaseError> {
        let row = sqlx::query!(
            "select id, user_id from auth.linked_identities where issuer = $1 and subject = $2",
            person.issuer,
            person.subject,
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(row.map(|row| (IdentityId(row.id), UserId::stored(row.user_id))))
    }

    /// Links a user to their account at a provider. Absent if either is linked to another.
    pub(crate) async fn link(
        &mut self,
        user: UserId,
        person: &ProviderIdentity,
    ) -> Result<Option<IdentityId>, DatabaseError> {
        let id = sqlx::query_scalar!(
            "insert into auth.linked_identities (user_id, issuer, subject) values ($1, $2, $3)
            on conflict do nothing
            returning id",
            user.get(),
            person.issuer,
            person.subject,
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(id.map(IdentityId))
    }

    /// Creates a user, and logs that the provider with this label did. Absent if another user has the
    /// e-mail or the display name.
    pub(crate) async fn add_person(
        &mut self,
        new: &NewPerson,
        display_name: &str,
        provider: &str,
    ) -> Result<Option<UserId>, DatabaseError> {
        let id = sqlx::query_scalar!(
            "select org.add_user_by_sign_on($1, $2, $3, $4, $5, $6, $7)",
            new.first_name,
            new.last_name,
            display_name,
            names::key(display_name),
            new.email,
            names::key(&new.email),
            provider,
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(id.map(UserId::stored))
    }

    /// Makes a user a gatekeeper, or takes back the role that this provider gave, and ends their
    /// sessions. Returns the sequence number of the last revocation; nothing if the role stays.
    pub(crate) async fn set_gatekeeper(
        &mut self,
        user: UserId,
        gatekeeper: bool,
        (issuer, label): (&str, &str),
    ) -> Result<Option<i64>, DatabaseError> {
        let seq = sqlx::query_scalar!(
            "select org.set_gatekeeper_by_sign_on($1, $2, $3, $4)",
            user.get(),
            gatekeeper,
            issuer,
            label,
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(seq)
    }

    /// The open sessions that a provider wants to end.
    pub(crate) async fn sessions_of_provider(
        &mut self,
        logout: &ProviderLogout,
    ) -> Result<Vec<EndedSession>, DatabaseError> {
        let rows = sqlx::query!(
            "select s.id, s.user_id
            from auth.linked_identities i
            join auth.sessions s on s.identity_id = i.id
            where i.issuer = $1
                and ($2::text is null or i.subject = $2)
                and ($3::text is null or s.provider_session = $3)
            order by s.id",
            logout.issuer,
            logout.subject,
            logout.session,
        )
        .fetch_all(&mut *self.0)
        .await?;
        let ended = rows.into_iter().map(|row| EndedSession {
            id: row.id,
            user: UserId::stored(row.user_id),
        });
        Ok(ended.collect())
    }
}
