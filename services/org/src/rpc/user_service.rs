//! `kreis.org.v1.UserService`.

use kreis_chassis::middleware::REVOCATION_SEQ;
use kreis_proto::org::v1::{
    CreateUserRequest, CreateUserResponse, DeactivateUserRequest, DeactivateUserResponse,
    GetMeRequest, GetMeResponse, GetUserRequest, GetUserResponse, InviteUserRequest,
    InviteUserResponse, ListUsersRequest, ListUsersResponse, ReactivateUserRequest,
    ReactivateUserResponse, UpdateUserRequest, UpdateUserResponse,
    user_service_server::UserService,
};
use tonic::{Request, Response, Status, metadata::AsciiMetadataKey};

use super::{Handlers, ORGANISATION, caller, row_of_user};
use crate::{domain::users, model::ExpectedVersion, wire};

#[tonic::async_trait]
impl UserService for Handlers {
    async fn get_me(
        &self,
        request: Request<GetMeRequest>,
    ) -> Result<Response<GetMeResponse>, Status> {
        let me = users::me(&self.store, caller(&request)?.id).await?;
        Ok(Response::new(wire::users::me(me)))
    }

    async fn get_user(
        &self,
        request: Request<GetUserRequest>,
    ) -> Result<Response<GetUserResponse>, Status> {
        let id = wire::users::id(request.get_ref().user_id)?;
        let user = users::get(&self.store, id).await?;
        Ok(Response::new(GetUserResponse {
            user: Some(user.into()),
        }))
    }

    async fn list_users(
        &self,
        request: Request<ListUsersRequest>,
    ) -> Result<Response<ListUsersResponse>, Status> {
        let query = wire::users::query(request.get_ref())?;
        let page = users::list(&self.store, &query).await?;
        Ok(Response::new(wire::users::listed(page, query.active)))
    }

    async fn create_user(
        &self,
        request: Request<CreateUserRequest>,
    ) -> Result<Response<CreateUserResponse>, Status> {
        let caller = caller(&request)?;
        let (new, key) = wire::users::new_user(request.into_inner())?;
        let response = self
            .write(async move |store| {
                users::create(&store, caller, &new, key, wire::users::created).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn update_user(
        &self,
        request: Request<UpdateUserRequest>,
    ) -> Result<Response<UpdateUserResponse>, Status> {
        let caller = caller(&request)?;
        let (id, update, expected) = wire::users::update(request.into_inner())?;
        let row = if update.demotes() {
            ORGANISATION
        } else {
            row_of_user(id)
        };
        let changed = self
            .write_on(row, async move |store| {
                users::update(&store, caller, id, update, expected).await
            })
            .await?;
        let message = UpdateUserResponse {
            user: Some(changed.user.into()),
        };
        Ok(revoking(message, changed.revocation))
    }

    async fn invite_user(
        &self,
        request: Request<InviteUserRequest>,
    ) -> Result<Response<InviteUserResponse>, Status> {
        let caller = caller(&request)?;
        let id = wire::users::id(request.get_ref().user_id)?;
        let invitation = self
            .write_on(row_of_user(id), async move |store| {
                users::invite(&store, caller, id).await
            })
            .await?;
        Ok(Response::new(wire::users::invited(invitation)))
    }

    async fn deactivate_user(
        &self,
        request: Request<DeactivateUserRequest>,
    ) -> Result<Response<DeactivateUserResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let id = wire::users::id(message.user_id)?;
        let expected = ExpectedVersion::parse(&message.etag);
        let changed = self
            .write_on(ORGANISATION, async move |store| {
                users::deactivate(&store, caller, id, expected).await
            })
            .await?;
        let message = DeactivateUserResponse {
            user: Some(changed.user.into()),
        };
        Ok(revoking(message, changed.revocation))
    }

    async fn reactivate_user(
        &self,
        request: Request<ReactivateUserRequest>,
    ) -> Result<Response<ReactivateUserResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let id = wire::users::id(message.user_id)?;
        let expected = ExpectedVersion::parse(&message.etag);
        let user = self
            .write_on(row_of_user(id), async move |store| {
                users::reactivate(&store, caller, id, expected).await
            })
            .await?;
        Ok(Response::new(ReactivateUserResponse {
            user: Some(user.into()),
        }))
    }
}

/// A response that names the revocation which the gateway waits for.
fn revoking<T>(message: T, seq: Option<i64>) -> Response<T> {
    let mut response = Response::new(message);
    if let Some(seq) = seq {
        let key = AsciiMetadataKey::from_bytes(REVOCATION_SEQ.as_str().as_bytes())
            .expect("the name of a header is a key");
        response.metadata_mut().insert(key, seq.into());
    }
    response
}
