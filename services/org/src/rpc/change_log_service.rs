//! `kreis.org.v1.ChangeLogService`.

use kreis_proto::org::v1::{
    ListChangesRequest, ListChangesResponse, change_log_service_server::ChangeLogService,
};
use tonic::{Request, Response, Status};

use super::Handlers;
use crate::{domain::changes, wire};

#[tonic::async_trait]
impl ChangeLogService for Handlers {
    async fn list_changes(
        &self,
        request: Request<ListChangesRequest>,
    ) -> Result<Response<ListChangesResponse>, Status> {
        let query = wire::changes::query(request.get_ref())?;
        let page = changes::list(&self.store, &query).await?;
        let parameters = (query.scope, query.from, query.to);
        Ok(Response::new(wire::changes::listed(page, &parameters)))
    }
}
