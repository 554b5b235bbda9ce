//! `kreis.kpi.v1.ChangeLogService`.

use kreis_proto::kpi::v1::{
    ListChangesRequest, ListChangesResponse, ListRecentChangesRequest, ListRecentChangesResponse,
    change_log_service_server::ChangeLogService,
};
use tonic::{Request, Response, Status};

use super::Handlers;
use crate::{domain::change_log, wire};

#[tonic::async_trait]
impl ChangeLogService for Handlers {
    async fn list_changes(
        &self,
        request: Request<ListChangesRequest>,
    ) -> Result<Response<ListChangesResponse>, Status> {
        let list = wire::change_list(request.get_ref())?;
        let (changes, next) = change_log::list(
            &self.store,
            list.scope,
            list.months,
            list.page.after,
            list.page.size,
        )
        .await?;
        Ok(Response::new(ListChangesResponse {
            changes: changes.into_iter().map(wire::change).collect(),
            next_page_token: wire::change_token(list.scope, list.months, next.as_ref()),
        }))
    }

    async fn list_recent_changes(
        &self,
        request: Request<ListRecentChangesRequest>,
    ) -> Result<Response<ListRecentChangesResponse>, Status> {
        let id = wire::value_id(request.into_inner().kpi_value_id)?;
        let changes = change_log::recent(&self.store, id).await?;
        Ok(Response::new(ListRecentChangesResponse {
            changes: changes.into_iter().map(wire::change).collect(),
        }))
    }
}
