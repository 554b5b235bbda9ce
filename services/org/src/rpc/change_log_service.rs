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
        let list = decode::changes::list_changes(request.get_ref())?;
        let page = changes::list(&self.store, &list).await?;
        let response = encode::changes::list_changes(page, list.scope, list.months);
        Ok(Response::new(response))
    }
}
