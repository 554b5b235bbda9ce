//! `kreis.kpi.v1.KpiValueService`.

use kreis_proto::kpi::v1::{
    CorrectKpiValueRequest, CorrectKpiValueResponse, GetKpiValueRequest, GetKpiValueResponse,
    ListDueValuesRequest, ListDueValuesResponse, ListKpiValuesRequest, ListKpiValuesResponse,
    MarkNothingToReportRequest, MarkNothingToReportResponse, RecordKpiValueRequest,
    RecordKpiValueResponse, RetractKpiValueRequest, RetractKpiValueResponse,
    kpi_value_service_server::KpiValueService,
};
use kreis_server::token::Caller;
use tonic::{Request, Response, Status};

use super::{Handlers, row_of_kpi};
use crate::{
    domain::{due_values, values},
    wire::{decode, encode},
};

#[tonic::async_trait]
impl KpiValueService for Handlers {
    async fn get_kpi_value(
        &self,
        request: Request<GetKpiValueRequest>,
    ) -> Result<Response<GetKpiValueResponse>, Status> {
        let id = decode::values::get_kpi_value(request.into_inner())?;
        let value = values::get(&self.store, id).await?;
        Ok(Response::new(encode::values::get_kpi_value(value)))
    }

    async fn list_kpi_values(
        &self,
        request: Request<ListKpiValuesRequest>,
    ) -> Result<Response<ListKpiValuesResponse>, Status> {
        let list = decode::values::list_kpi_values(request.into_inner())?;
        let values = values::list(&self.store, &list).await?;
        Ok(Response::new(encode::values::list_kpi_values(values)))
    }

    async fn list_due_values(
        &self,
        request: Request<ListDueValuesRequest>,
    ) -> Result<Response<ListDueValuesResponse>, Status> {
        let caller = Caller::of(&request)?;
        let list = decode::due_values::list_due_values(request.into_inner())?;
        let page = due_values::list(&self.store, &caller, &list).await?;
        Ok(Response::new(encode::due_values::list_due_values(page)))
    }

    async fn record_kpi_value(
        &self,
        request: Request<RecordKpiValueRequest>,
    ) -> Result<Response<RecordKpiValueResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::values::record_kpi_value(request.into_inner())?;
        let response = self
            .write_on(row_of_kpi(input.new.kpi), |store| async move {
                values::record(&store, &caller, input, encode::values::record_kpi_value).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn correct_kpi_value(
        &self,
        request: Request<CorrectKpiValueRequest>,
    ) -> Result<Response<CorrectKpiValueResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::values::correct_kpi_value(request.into_inner())?;
        let response = self
            .write_to_value(input.id, |store| async move {
                values::correct(&store, &caller, input, encode::values::correct_kpi_value).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn retract_kpi_value(
        &self,
        request: Request<RetractKpiValueRequest>,
    ) -> Result<Response<RetractKpiValueResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::values::retract_kpi_value(request.into_inner())?;
        let response = self
            .write_to_value(input.id, |store| async move {
                values::retract(&store, &caller, input, encode::values::retract_kpi_value).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn mark_nothing_to_report(
        &self,
        request: Request<MarkNothingToReportRequest>,
    ) -> Result<Response<MarkNothingToReportResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::values::mark_nothing_to_report(request.into_inner())?;
        let response = self
            .write_on(row_of_kpi(input.mark.kpi), |store| async move {
                values::mark_nothing_to_report(
                    &store,
                    &caller,
                    input,
                    encode::values::mark_nothing_to_report,
                )
                .await
            })
            .await?;
        Ok(Response::new(response))
    }
}
