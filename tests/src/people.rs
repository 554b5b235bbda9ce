//! What gatekeepers do with users and circles.

use kreis_proto::{
    auth::v1::{
        AcceptInvitationRequest, AcceptInvitationResponse, GetInvitationRequest,
        GetInvitationResponse, RequestPasswordResetRequest, SendInvitationRequest,
        WithdrawInvitationRequest,
    },
    org::v1::{
        AddCircleMemberRequest, Circle, CreateCircleRequest, CreateUserRequest,
        DeactivateUserRequest, GetMeRequest, GetUserRequest, InviteUserRequest,
        ReactivateUserRequest, RemoveCircleMemberRequest, SetMyLanguageRequest,
        UpdateCircleRequest, UpdateUserRequest, User,
    },
};
use tonic::Status;

use crate::Actor;

impl Actor {
    /// The caller's own user.
    pub async fn me(&self) -> Result<User, Status> {
        let answer = self.users().get_me(self.request(GetMeRequest {})).await?;
        Ok(answer.into_inner().user.expect("the answer has the user"))
    }

    /// A user.
    pub async fn user(&self, user_id: i64) -> Result<User, Status> {
        let get = GetUserRequest { user_id };
        let answer = self.users().get_user(self.request(get)).await?;
        Ok(answer.into_inner().user.expect("the answer has the user"))
    }

    /// Creates a user.
    pub async fn create_user(&self, new: CreateUserRequest) -> Result<User, Status> {
        let answer = self.users().create_user(self.request(new)).await?;
        Ok(answer.into_inner().user.expect("the answer has the user"))
    }

    /// Changes a user.
    pub async fn update_user(&self, update: UpdateUserRequest) -> Result<User, Status> {
        let answer = self.users().update_user(self.request(update)).await?;
        Ok(answer.into_inner().user.expect("the answer has the user"))
    }

    /// Sets the caller's language.
    pub async fn set_language(&self, language: &str) -> Result<(), Status> {
        let set = self.request(SetMyLanguageRequest {
            language: language.to_owned(),
        });
        self.users().set_my_language(set).await.map(drop)
    }

    /// Makes a user a gatekeeper, or takes the role away.
    pub async fn set_gatekeeper(&self, user_id: i64, gatekeeper: bool) -> Result<User, Status> {
        self.update_user(UpdateUserRequest {
            user_id,
            gatekeeper: Some(gatekeeper),
            ..UpdateUserRequest::default()
        })
        .await
    }

    /// Invites a user and returns the token.
    pub async fn invite(&self, user_id: i64) -> Result<String, Status> {
        let invite = InviteUserRequest { user_id };
        let answer = self.users().invite_user(self.request(invite)).await?;
        Ok(answer.into_inner().invitation_token)
    }

    /// Sends a user an invitation by mail and returns their e-mail.
    pub async fn send_invitation(&self, user_id: i64) -> Result<String, Status> {
        let send = self.request(SendInvitationRequest { user_id });
        Ok(self.auth().send_invitation(send).await?.into_inner().email)
    }

    /// Makes the open invitations of a user invalid.
    pub async fn withdraw_invitation(&self, user_id: i64) -> Result<(), Status> {
        let withdraw = self.request(WithdrawInvitationRequest { user_id });
        self.auth().withdraw_invitation(withdraw).await.map(drop)
    }

    /// Asks for a link by mail, as a user who forgot their password.
    pub async fn request_password_reset(&self, email: &str) -> Result<(), Status> {
        let ask = self.request(RequestPasswordResetRequest {
            email: email.to_owned(),
        });
        self.auth().request_password_reset(ask).await.map(drop)
    }

    /// Returns the user that an invitation is for.
    pub async fn invitation(
        &self,
        invitation_token: &str,
    ) -> Result<GetInvitationResponse, Status> {
        let get = GetInvitationRequest {
            invitation_token: invitation_token.to_owned(),
        };
        let answer = self.auth().get_invitation(self.request(get)).await?;
        Ok(answer.into_inner())
    }

    /// Accepts an invitation.
    pub async fn accept(
        &self,
        invitation_token: &str,
        password: &str,
    ) -> Result<AcceptInvitationResponse, Status> {
        let accept = AcceptInvitationRequest {
            invitation_token: invitation_token.to_owned(),
            password: password.to_owned(),
            ..AcceptInvitationRequest::default()
        };
        let answer = self.auth().accept_invitation(self.request(accept)).await?;
        Ok(answer.into_inner())
    }

    /// Deactivates a user.
    pub async fn deactivate(&self, user_id: i64) -> Result<User, Status> {
        let deactivate = DeactivateUserRequest {
            user_id,
            etag: String::new(),
        };
        let answer = self
            .users()
            .deactivate_user(self.request(deactivate))
            .await?;
        Ok(answer.into_inner().user.expect("the answer has the user"))
    }

    /// Reactivates a user.
    pub async fn reactivate(&self, user_id: i64) -> Result<User, Status> {
        let reactivate = ReactivateUserRequest {
            user_id,
            etag: String::new(),
        };
        let answer = self
            .users()
            .reactivate_user(self.request(reactivate))
            .await?;
        Ok(answer.into_inner().user.expect("the answer has the user"))
    }

    /// Creates a circle.
    pub async fn create_circle(&self, name: &str) -> Result<Circle, Status> {
        let create = CreateCircleRequest {
            name: name.to_owned(),
            request_id: String::new(),
        };
        let answer = self.circles().create_circle(self.request(create)).await?;
        Ok(answer
            .into_inner()
            .circle
            .expect("the answer has the circle"))
    }

    /// Changes a circle.
    pub async fn update_circle(&self, update: UpdateCircleRequest) -> Result<Circle, Status> {
        let request = self.request(update);
        let updated = self.circles().update_circle(request).await?.into_inner();
        Ok(updated.circle.expect("the answer has the circle"))
    }

    /// Makes a user a member of a circle.
    pub async fn add_member(&self, circle_id: i64, user_id: i64) -> Result<Circle, Status> {
        let add = AddCircleMemberRequest { circle_id, user_id };
        let answer = self.circles().add_circle_member(self.request(add)).await?;
        Ok(answer
            .into_inner()
            .circle
            .expect("the answer has the circle"))
    }

    /// Ends a membership.
    pub async fn remove_member(&self, circle_id: i64, user_id: i64) -> Result<Circle, Status> {
        let remove = RemoveCircleMemberRequest { circle_id, user_id };
        let answer = self
            .circles()
            .remove_circle_member(self.request(remove))
            .await?;
        Ok(answer
            .into_inner()
            .circle
            .expect("the answer has the circle"))
    }
}

/// A user to create, who is no gatekeeper.
#[must_use]
pub fn new_user(first_name: &str, email: &str) -> CreateUserRequest {
    CreateUserRequest {
        first_name: first_name.to_owned(),
        last_name: "Muster".to_owned(),
        display_name: first_name.to_owned(),
        email: email.to_owned(),
        gatekeeper: false,
        ..CreateUserRequest::default()
    }
}
