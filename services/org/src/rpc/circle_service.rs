//! `kreis.org.v1.CircleService`.

use kreis_proto::org::v1::{
    AddCircleMemberRequest, AddCircleMemberResponse, CreateCircleRequest, CreateCircleResponse,
    DeleteCircleRequest, DeleteCircleResponse, GetCircleRequest, GetCircleResponse,
    ListCirclesRequest, ListCirclesResponse, RemoveCircleMemberRequest, RemoveCircleMemberResponse,
    UpdateCircleRequest, UpdateCircleResponse, circle_service_server::CircleService,
};
use tonic::{Request, Response, Status};

use super::{Handlers, caller, row_of_circle};
use crate::{
    domain::{circles, members},
    model::ExpectedVersion,
    wire,
};

#[tonic::async_trait]
impl CircleService for Handlers {
    async fn get_circle(
        &self,
        request: Request<GetCircleRequest>,
    ) -> Result<Response<GetCircleResponse>, Status> {
        let id = wire::circles::id(request.get_ref().circle_id)?;
        let circle = circles::get(&self.store, id).await?;
        Ok(Response::new(GetCircleResponse {
            circle: Some(circle.into()),
        }))
    }

    async fn list_circles(
        &self,
        request: Request<ListCirclesRequest>,
    ) -> Result<Response<ListCirclesResponse>, Status> {
        let query = wire::circles::query(request.get_ref())?;
        let page = circles::list(&self.store, &query).await?;
        Ok(Response::new(wire::circles::listed(page)))
    }

    async fn create_circle(
        &self,
        request: Request<CreateCircleRequest>,
    ) -> Result<Response<CreateCircleResponse>, Status> {
        let caller = caller(&request)?;
        let (name, key) = wire::circles::new_circle(request.into_inner())?;
        let response = self
            .write(async move |store| {
                circles::create(&store, caller, &name, key, wire::circles::created).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn update_circle(
        &self,
        request: Request<UpdateCircleRequest>,
    ) -> Result<Response<UpdateCircleResponse>, Status> {
        let caller = caller(&request)?;
        let (id, name, expected) = wire::circles::update(request.into_inner())?;
        let circle = self
            .write_on(row_of_circle(id), async move |store| {
                circles::update(&store, caller, id, name, expected).await
            })
            .await?;
        Ok(Response::new(UpdateCircleResponse {
            circle: Some(circle.into()),
        }))
    }

    async fn delete_circle(
        &self,
        request: Request<DeleteCircleRequest>,
    ) -> Result<Response<DeleteCircleResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.into_inner();
        let id = wire::circles::id(message.circle_id)?;
        let expected = ExpectedVersion::parse(&message.etag);
        self.write_on(row_of_circle(id), async move |store| {
            circles::delete(&store, caller, id, expected).await
        })
        .await?;
        Ok(Response::new(DeleteCircleResponse {}))
    }

    async fn add_circle_member(
        &self,
        request: Request<AddCircleMemberRequest>,
    ) -> Result<Response<AddCircleMemberResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.get_ref();
        let (circle, user) = wire::circles::membership(message.circle_id, message.user_id)?;
        let circle = self
            .write_on(row_of_circle(circle), async move |store| {
                members::add(&store, caller, circle, user).await
            })
            .await?;
        Ok(Response::new(AddCircleMemberResponse {
            circle: Some(circle.into()),
        }))
    }

    async fn remove_circle_member(
        &self,
        request: Request<RemoveCircleMemberRequest>,
    ) -> Result<Response<RemoveCircleMemberResponse>, Status> {
        let caller = caller(&request)?;
        let message = request.get_ref();
        let (circle, user) = wire::circles::membership(message.circle_id, message.user_id)?;
        let circle = self
            .write_on(row_of_circle(circle), async move |store| {
                members::remove(&store, caller, circle, user).await
            })
            .await?;
        Ok(Response::new(RemoveCircleMemberResponse {
            circle: Some(circle.into()),
        }))
    }
}
