//! `kreis.org.v1.UserService`.

use kreis_proto::org::v1::{
    CreateUserRequest, CreateUserResponse, DeactivateUserRequest, DeactivateUserResponse,
    GetMeRequest, GetMeResponse, GetUserRequest, GetUserResponse, InviteUserRequest,
    InviteUserResponse, ListUsersRequest, ListUsersResponse, ReactivateUserRequest,
    ReactivateUserResponse, SetMyLanguageRequest, SetMyLanguageResponse, UpdateUserRequest,
    UpdateUserResponse, user_service_server::UserService,
};
use kreis_server::token::Caller;
use tonic::{Request, Response, Status};

use super::{Handlers, ORGANISATION, row_of_user, with_revocation};
use crate::{
    domain::users,
    wire::{decode, encode},
};

#[tonic::async_trait]
impl UserService for Handlers {
    async fn get_me(
        &self,
        request: Request<GetMeRequest>,
    ) -> Result<Response<GetMeResponse>, Status> {
        let me = users::me(&self.store, Caller::of(&request)?.user_id).await?;
        Ok(Response::new(encode::users::get_me(me)))
    }

    async fn get_user(
        &self,
        request: Request<GetUserRequest>,
    ) -> Result<Response<GetUserResponse>, Status> {
        let id = decode::users::get_user(request.into_inner())?;
        let user = users::get(&self.store, id).await?;
        Ok(Response::new(encode::users::get_user(user)))
    }

    async fn list_users(
        &self,
        request: Request<ListUsersRequest>,
    ) -> Result<Response<ListUsersResponse>, Status> {
        let list = decode::users::list_users(request.into_inner())?;
        let page = users::list(&self.store, &list).await?;
        Ok(Response::new(encode::users::list_users(page)))
    }

    async fn create_user(
        &self,
        request: Request<CreateUserRequest>,
    ) -> Result<Response<CreateUserResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::users::create_user(request.into_inner())?;
        let response = self
            .write(async move |store| {
                users::create(&store, &caller, input, encode::users::create_user).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn update_user(
        &self,
        request: Request<UpdateUserRequest>,
    ) -> Result<Response<UpdateUserResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::users::update_user(request.into_inner())?;
        let row = if input.update.demotes() {
            ORGANISATION
        } else {
            row_of_user(input.id)
        };
        let changed = self
            .write_on(row, async move |store| {
                users::update(&store, &caller, input).await
            })
            .await?;
        let response = encode::users::update_user(changed.user);
        Ok(with_revocation(response, changed.revocation))
    }

    async fn set_my_language(
        &self,
        request: Request<SetMyLanguageRequest>,
    ) -> Result<Response<SetMyLanguageResponse>, Status> {
        let caller = Caller::of(&request)?;
        let language = decode::users::set_my_language(request.get_ref())?;
        self.write(async move |store| users::set_language(&store, &caller, language).await)
            .await?;
        Ok(Response::new(encode::users::set_my_language()))
    }

    async fn invite_user(
        &self,
        request: Request<InviteUserRequest>,
    ) -> Result<Response<InviteUserResponse>, Status> {
        let caller = Caller::of(&request)?;
        let id = decode::users::invite_user(request.into_inner())?;
        let invitation = self
            .write_on(row_of_user(id), async move |store| {
                users::invite(&store, &caller, id).await
            })
            .await?;
        Ok(Response::new(encode::users::invite_user(invitation)))
    }

    async fn deactivate_user(
        &self,
        request: Request<DeactivateUserRequest>,
    ) -> Result<Response<DeactivateUserResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::users::deactivate_user(request.get_ref())?;
        let changed = self
            .write_on(ORGANISATION, async move |store| {
                users::deactivate(&store, &caller, input).await
            })
            .await?;
        let response = encode::users::deactivate_user(changed.user);
        Ok(with_revocation(response, changed.revocation))
    }

    async fn reactivate_user(
        &self,
        request: Request<ReactivateUserRequest>,
    ) -> Result<Response<ReactivateUserResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::users::reactivate_user(request.get_ref())?;
        let user = self
            .write_on(row_of_user(input.id), async move |store| {
                users::reactivate(&store, &caller, input).await
            })
            .await?;
        Ok(Response::new(encode::users::reactivate_user(user)))
    }
}
