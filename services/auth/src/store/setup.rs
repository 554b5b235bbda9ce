//! The link of the first start.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;
use kreis_service::names;
use sqlx::PgConnection;

use super::{Store, Tx};
use crate::model::{FirstGatekeeper, InvitationHash, Setup, UserId};

impl Store {
    /// What the page of an open link begins with. The link may close before it is used.
    pub(crate) async fn open_setup(
        &self,
        link: &InvitationHash,
    ) -> Result<Option<Setup>, DatabaseError> {
        let setup = sqlx::query_as!(
            Setup,
            r#"select o.name as organisation, o.time_zone, l.expire_time
            from auth.setup_link l
            cross join org.organisation o
            where l.token_hash = $1 and l.expire_time > clock_timestamp()
                and not exists (select from org.directory)"#,
            link.as_bytes(),
        )
        .fetch_optional(&self.database.reads)
        .await?;
        Ok(setup)
    }
}

impl Tx {
    /// Deletes the link. Returns whether it was open.
    pub(crate) async fn use_setup_link(
        &mut self,
        link: &InvitationHash,
    ) -> Result<bool, DatabaseError> {
        let used = sqlx::query!(
            "delete from auth.setup_link
            where token_hash = $1 and expire_time > clock_timestamp()",
            link.as_bytes(),
        )
        .execute(&mut *self.0)
        .await?;
        Ok(used.rows_affected() == 1)
    }

    /// Adds the first user and describes the organisation. `None` if there is a user already.
    pub(crate) async fn add_first_gatekeeper(
        &mut self,
        first: &FirstGatekeeper,
    ) -> Result<Option<UserId>, DatabaseError> {
        let id = sqlx::query_scalar!(
            "select org.add_first_gatekeeper($1, $2, $3, $4, $5, $6, $7, $8)",
            first.first_name.as_str(),
            first.last_name.as_str(),
            first.display_name.as_str(),
            names::key(first.display_name.as_str()),
            first.email,
            names::key(&first.email),
            first.organisation.as_str(),
            first.zone.name(),
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(id.map(UserId::stored))
    }
}

/// Stores a link, which takes the place of the one before. Returns false if there is a user already.
pub(crate) async fn put_link(
    connection: &mut PgConnection,
    link: &InvitationHash,
    expire_time: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let put = sqlx::query!(
        "insert into auth.setup_link (token_hash, expire_time)
        select $1, $2 where not exists (select from org.directory)
        on conflict on constraint setup_link_key do update
        set token_hash = excluded.token_hash, expire_time = excluded.expire_time",
        link.as_bytes(),
        expire_time,
    )
    .execute(connection)
    .await?;
    Ok(put.rows_affected() == 1)
}
