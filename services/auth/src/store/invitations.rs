//! Links to set a password: invitations, and password resets that users ask for.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;

use super::{Store, Tx};
use crate::model::{AcceptedLink, Invitation, InvitationHash, MailKind, UserId};

impl Store {
    /// The user an open link is for. The link may close before it is used.
    pub(crate) async fn open_invitation(
        &self,
        invitation: &InvitationHash,
    ) -> Result<Option<Invitation>, DatabaseError> {
        let invitation = sqlx::query_file_as!(
            Invitation,
            "src/store/sql/open_invitation.sql",
            invitation.as_bytes(),
        )
        .fetch_optional(&self.database.reads)
        .await?;
        Ok(invitation)
    }
}

/// A link that was used up.
pub(crate) struct UsedLink {
    pub(crate) link: AcceptedLink,
    pub(crate) user: UserId,
    /// Whether the user had a password.
    pub(crate) has_password: bool,
}

impl Tx {
    /// Locks the person a link is for, before any of their rows, in the same order as org. Returns
    /// false if the link does not exist.
    pub(crate) async fn lock_invited_person(
        &mut self,
        invitation: &InvitationHash,
    ) -> Result<bool, DatabaseError> {
        let locked = sqlx::query!(
            "select auth.lock_person(user_id) from (
                select user_id from auth.invitations where token_hash = $1
                union all
                select user_id from auth.password_resets where token_hash = $1
            ) link",
            invitation.as_bytes(),
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(locked.is_some())
    }

    /// Deletes an open link.
    pub(crate) async fn use_invitation(
        &mut self,
        invitation: &InvitationHash,
    ) -> Result<Option<UsedLink>, DatabaseError> {
        let used = sqlx::query!(
            r#"with used as (
                delete from auth.invitations
                where token_hash = $1 and expire_time > clock_timestamp()
                returning user_id
            )
            select a.user_id, a.password_hash is not null as "has_password!"
            from used join auth.accounts a on a.user_id = used.user_id"#,
            invitation.as_bytes(),
        )
        .fetch_optional(&mut *self.0)
        .await?;
        if let Some(used) = used {
            return Ok(Some(UsedLink {
                link: AcceptedLink::Invitation,
                user: UserId::stored(used.user_id),
                has_password: used.has_password,
            }));
        }
        let reset_by = sqlx::query_scalar!(
            "delete from auth.password_resets r
            using auth.accounts a
            where r.token_hash = $1 and r.expire_time > clock_timestamp()
                and a.user_id = r.user_id and a.uv = r.uv
            returning r.user_id",
            invitation.as_bytes(),
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(reset_by.map(|user| UsedLink {
            link: AcceptedLink::PasswordReset,
            user: UserId::stored(user),
            has_password: true,
        }))
    }

    /// Stores an invitation, and logs who made it. The one before becomes invalid.
    pub(crate) async fn insert_invitation(
        &mut self,
        user: UserId,
        hash: &InvitationHash,
        expire_time: DateTime<Utc>,
        actor: UserId,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "select auth.invite($1, $2, $3, $4)",
            user.get(),
            hash.as_bytes(),
            expire_time,
            actor.get(),
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Stores a link for a new password. The one before becomes invalid. It is valid as long as the
    /// account has its current version.
    pub(crate) async fn insert_password_reset(
        &mut self,
        user: UserId,
        hash: &InvitationHash,
        expire_time: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "insert into auth.password_resets (user_id, uv, token_hash, expire_time)
            select user_id, uv, $2, $3 from auth.accounts where user_id = $1
            on conflict on constraint one_password_reset_per_user do update
            set uv = excluded.uv, token_hash = excluded.token_hash,
                expire_time = excluded.expire_time, create_time = now()",
            user.get(),
            hash.as_bytes(),
            expire_time,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Gives the link of a mail another token and a new term. Returns false if the link is gone.
    pub(crate) async fn renew_link(
        &mut self,
        (user, kind): (UserId, MailKind),
        current: &InvitationHash,
        next: &InvitationHash,
        expire_time: DateTime<Utc>,
    ) -> Result<bool, DatabaseError> {
        let renewed = if kind == MailKind::PasswordReset {
            sqlx::query!(
                "update auth.password_resets r set token_hash = $3, expire_time = $4
                from auth.accounts a
                where r.user_id = $1 and r.token_hash = $2
                    and a.user_id = r.user_id and a.uv = r.uv",
                user.get(),
                current.as_bytes(),
                next.as_bytes(),
                expire_time,
            )
            .execute(&mut *self.0)
            .await?
        } else {
            sqlx::query!(
                "update auth.invitations set token_hash = $3, expire_time = $4
                where user_id = $1 and token_hash = $2",
                user.get(),
                current.as_bytes(),
                next.as_bytes(),
                expire_time,
            )
            .execute(&mut *self.0)
            .await?
        };
        Ok(renewed.rows_affected() == 1)
    }

    /// Deletes every link of a user. Returns whether one was open.
    pub(crate) async fn delete_links(&mut self, user: UserId) -> Result<bool, DatabaseError> {
        let was_open = sqlx::query_scalar!(
            r#"with invitations as (
                delete from auth.invitations where user_id = $1 returning expire_time
            ), resets as (
                delete from auth.password_resets where user_id = $1 returning expire_time
            )
            select coalesce(bool_or(expire_time > clock_timestamp()), false) as "was_open!"
            from (select expire_time from invitations union all select expire_time from resets) link"#,
            user.get(),
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(was_open)
    }
}
