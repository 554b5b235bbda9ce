//! `kreis.org.v1.ChangeLogService`.

use kreis_proto::org::v1::{
    ListChangesRequest, ListChangesResponse, change_log_service_server::ChangeLogService,
};
use tonic::{Request, Response, Status};

use super::Handlers;
use crate::{
    domain::changes,
    wire::{decode, encode},
};

#[tonic::async_trait]
impl ChangeLogService for Handlers {
    async fn list_changes(
        &self,
        request: Request<ListChangesRequest>,
    ) -> Result<Response<ListChangesResponse>, Status> {
        let list = decode::changes::list_changes(request.into_inner())?;
        let page = changes::list(&self.store, &list).await?;
        Ok(Response::new(encode::changes::list_changes(page)))
    }
}
