//! `kreis.org.v1.CircleService`.

use kreis_proto::org::v1::{
    AddCircleMemberRequest, AddCircleMemberResponse, CreateCircleRequest, CreateCircleResponse,
    DeleteCircleRequest, DeleteCircleResponse, GetCircleRequest, GetCircleResponse,
    ListCirclesRequest, ListCirclesResponse, RemoveCircleMemberRequest, RemoveCircleMemberResponse,
    UpdateCircleRequest, UpdateCircleResponse, circle_service_server::CircleService,
};
use kreis_server::token::Caller;
use tonic::{Request, Response, Status};

use super::{Handlers, row_of_circle};
use crate::{
    domain::{circles, members},
    wire::{decode, encode},
};

#[tonic::async_trait]
impl CircleService for Handlers {
    async fn get_circle(
        &self,
        request: Request<GetCircleRequest>,
    ) -> Result<Response<GetCircleResponse>, Status> {
        let id = decode::circles::get_circle(request.into_inner())?;
        let circle = circles::get(&self.store, id).await?;
        Ok(Response::new(encode::circles::get_circle(circle)))
    }

    async fn list_circles(
        &self,
        request: Request<ListCirclesRequest>,
    ) -> Result<Response<ListCirclesResponse>, Status> {
        let list = decode::circles::list_circles(request.into_inner())?;
        let page = circles::list(&self.store, &list).await?;
        Ok(Response::new(encode::circles::list_circles(page)))
    }

    async fn create_circle(
        &self,
        request: Request<CreateCircleRequest>,
    ) -> Result<Response<CreateCircleResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::circles::create_circle(request.into_inner())?;
        let response = self
            .write(async move |store| {
                circles::create(&store, &caller, input, encode::circles::create_circle).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn update_circle(
        &self,
        request: Request<UpdateCircleRequest>,
    ) -> Result<Response<UpdateCircleResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::circles::update_circle(request.into_inner())?;
        let circle = self
            .write_on(row_of_circle(input.id), async move |store| {
                circles::update(&store, &caller, input).await
            })
            .await?;
        Ok(Response::new(encode::circles::update_circle(circle)))
    }

    async fn delete_circle(
        &self,
        request: Request<DeleteCircleRequest>,
    ) -> Result<Response<DeleteCircleResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::circles::delete_circle(request.get_ref())?;
        self.write_on(row_of_circle(input.id), async move |store| {
            circles::delete(&store, &caller, input).await
        })
        .await?;
        Ok(Response::new(encode::circles::delete_circle()))
    }

    async fn add_circle_member(
        &self,
        request: Request<AddCircleMemberRequest>,
    ) -> Result<Response<AddCircleMemberResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::circles::add_circle_member(request.get_ref())?;
        let circle = self
            .write_on(row_of_circle(input.circle), async move |store| {
                members::add(&store, &caller, input).await
            })
            .await?;
        Ok(Response::new(encode::circles::add_circle_member(circle)))
    }

    async fn remove_circle_member(
        &self,
        request: Request<RemoveCircleMemberRequest>,
    ) -> Result<Response<RemoveCircleMemberResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::circles::remove_circle_member(request.get_ref())?;
        let circle = self
            .write_on(row_of_circle(input.circle), async move |store| {
                members::remove(&store, &caller, input).await
            })
            .await?;
        Ok(Response::new(encode::circles::remove_circle_member(circle)))
    }
}
