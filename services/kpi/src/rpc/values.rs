//! `kreis.kpi.v1.KpiValueService`.

use kreis_chassis::token::Caller;
use kreis_proto::kpi::v1::{
    CorrectKpiValueRequest, CorrectKpiValueResponse, GetKpiValueRequest, GetKpiValueResponse,
    ListDueValuesRequest, ListDueValuesResponse, ListKpiValuesRequest, ListKpiValuesResponse,
    MarkNothingToReportRequest, MarkNothingToReportResponse, RecordKpiValueRequest,
    RecordKpiValueResponse, RetractKpiValueRequest, RetractKpiValueResponse,
    kpi_value_service_server::KpiValueService,
};
use tonic::{Request, Response, Status};

use super::{Handlers, row_of_kpi};
use crate::{
    domain::{due_values, values},
    wire,
};

#[tonic::async_trait]
impl KpiValueService for Handlers {
    async fn get_kpi_value(
        &self,
        request: Request<GetKpiValueRequest>,
    ) -> Result<Response<GetKpiValueResponse>, Status> {
        let id = wire::value_id(request.into_inner().kpi_value_id)?;
        let value = values::get(&self.store, id).await?;
        Ok(Response::new(GetKpiValueResponse {
            kpi_value: Some(wire::kpi_value(value)),
        }))
    }

    async fn list_kpi_values(
        &self,
        request: Request<ListKpiValuesRequest>,
    ) -> Result<Response<ListKpiValuesResponse>, Status> {
        let list = wire::value_list(request.get_ref())?;
        let (values, range, next) = values::list(
            &self.store,
            list.scope,
            list.span,
            list.page.after,
            list.page.size,
        )
        .await?;
        Ok(Response::new(ListKpiValuesResponse {
            kpi_values: values.into_iter().map(wire::kpi_value).collect(),
            next_page_token: wire::value_token(list.scope, list.span, next.as_ref()),
            range: range.map(wire::range),
        }))
    }

    async fn list_due_values(
        &self,
        request: Request<ListDueValuesRequest>,
    ) -> Result<Response<ListDueValuesResponse>, Status> {
        let caller = Caller::of(&request)?;
        let list = wire::due_list(request.get_ref())?;
        let (due, next) = due_values::list(
            &self.store,
            &caller,
            list.filter,
            list.page.after,
            list.page.size,
        )
        .await?;
        Ok(Response::new(ListDueValuesResponse {
            due_values: due.into_iter().map(wire::due_value).collect(),
            next_page_token: wire::due_token(list.filter, next.as_ref()),
        }))
    }

    async fn record_kpi_value(
        &self,
        request: Request<RecordKpiValueRequest>,
    ) -> Result<Response<RecordKpiValueResponse>, Status> {
        let caller = Caller::of(&request)?;
        let (new, expected, key) = wire::recording(request.into_inner())?;
        let response = self
            .write_on(row_of_kpi(new.kpi), |store| async move {
                values::record(&store, &caller, new, expected, key, wire::record_kpi_value).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn correct_kpi_value(
        &self,
        request: Request<CorrectKpiValueRequest>,
    ) -> Result<Response<CorrectKpiValueResponse>, Status> {
        let caller = Caller::of(&request)?;
        let (id, correction, expected, key) = wire::correction(request.into_inner())?;
        let response = self
            .write_to_value(id, |store| async move {
                values::correct(
                    &store,
                    &caller,
                    id,
                    correction,
                    expected,
                    key,
                    wire::correct_kpi_value,
                )
                .await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn retract_kpi_value(
        &self,
        request: Request<RetractKpiValueRequest>,
    ) -> Result<Response<RetractKpiValueResponse>, Status> {
        let caller = Caller::of(&request)?;
        let (id, expected, key) = wire::retraction(request.into_inner())?;
        let response = self
            .write_to_value(id, |store| async move {
                values::retract(&store, &caller, id, expected, key, wire::retract_kpi_value).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn mark_nothing_to_report(
        &self,
        request: Request<MarkNothingToReportRequest>,
    ) -> Result<Response<MarkNothingToReportResponse>, Status> {
        let caller = Caller::of(&request)?;
        let (mark, expected, key) = wire::nothing_to_report(request.into_inner())?;
        let response = self
            .write_on(row_of_kpi(mark.kpi), |store| async move {
                values::mark_nothing_to_report(
                    &store,
                    &caller,
                    mark,
                    expected,
                    key,
                    wire::mark_nothing_to_report,
                )
                .await
            })
            .await?;
        Ok(Response::new(response))
    }
}
