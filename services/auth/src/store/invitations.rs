//! Invitations.

use kreis_database::DatabaseError;

use super::{Store, Tx};
use crate::model::{Invitation, InvitationHash, UserId};

impl Store {
    /// The user an open invitation is for. The invitation may close before it is used.
    pub(crate) async fn open_invitation(
        &self,
        invitation: &InvitationHash,
    ) -> Result<Option<Invitation>, DatabaseError> {
        let invitation = sqlx::query_as!(
            Invitation,
            r#"select d.display_name as "display_name!", d.email as "email!", i.expire_time
            from auth.invitations i
            join org.directory d on d.user_id = i.user_id
            where i.token_hash = $1 and i.expire_time > clock_timestamp() and d.active"#,
            invitation.as_bytes(),
        )
        .fetch_optional(&self.database.reads)
        .await?;
        Ok(invitation)
    }
}

impl Tx {
    /// Locks the person an invitation is for, before any of their rows, in the same order as org.
    /// Returns false if the invitation does not exist.
    pub(crate) async fn lock_invited_person(
        &mut self,
        invitation: &InvitationHash,
    ) -> Result<bool, DatabaseError> {
        let locked = sqlx::query!(
            "select auth.lock_person(user_id) from auth.invitations where token_hash = $1",
            invitation.as_bytes(),
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(locked.is_some())
    }

    /// Deletes an open invitation. Returns the id of its user.
    pub(crate) async fn use_invitation(
        &mut self,
        invitation: &InvitationHash,
    ) -> Result<Option<UserId>, DatabaseError> {
        let user_id = sqlx::query_scalar!(
            "delete from auth.invitations
            where token_hash = $1 and expire_time > clock_timestamp()
            returning user_id",
            invitation.as_bytes(),
        )
        .fetch_optional(&mut *self.0)
        .await?;
        Ok(user_id.map(UserId::stored))
    }
}
