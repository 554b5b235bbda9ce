//! `kreis.kpi.v1.KpiService`.

use kreis_proto::kpi::v1::{
    ActivateKpiRequest, ActivateKpiResponse, CreateKpiRequest, CreateKpiResponse,
    DeactivateKpiRequest, DeactivateKpiResponse, GetCircleProgressRequest,
    GetCircleProgressResponse, GetKpiProgressRequest, GetKpiProgressResponse, GetKpiRequest,
    GetKpiResponse, GetOverviewRequest, GetOverviewResponse, GetStateThresholdsRequest,
    GetStateThresholdsResponse, ListKpisRequest, ListKpisResponse, RemoveKpiTargetRequest,
    RemoveKpiTargetResponse, SetKpiTargetRequest, SetKpiTargetResponse, SetStateThresholdsRequest,
    SetStateThresholdsResponse, UpdateKpiRequest, UpdateKpiResponse,
    kpi_service_server::KpiService,
};
use kreis_server::token::Caller;
use tonic::{Request, Response, Status};

use super::{Handlers, row_of_circle, row_of_kpi};
use crate::{
    domain::{kpis, overview, progress, state_thresholds},
    wire::{decode, encode},
};

#[tonic::async_trait]
impl KpiService for Handlers {
    async fn get_kpi(
        &self,
        request: Request<GetKpiRequest>,
    ) -> Result<Response<GetKpiResponse>, Status> {
        let id = decode::kpis::get_kpi(request.into_inner())?;
        let kpi = kpis::get(&self.store, id).await?;
        Ok(Response::new(encode::kpis::get_kpi(kpi)))
    }

    async fn list_kpis(
        &self,
        request: Request<ListKpisRequest>,
    ) -> Result<Response<ListKpisResponse>, Status> {
        let list = decode::kpis::list_kpis(request.into_inner())?;
        let page = kpis::list(&self.store, &list).await?;
        Ok(Response::new(encode::kpis::list_kpis(page)))
    }

    async fn create_kpi(
        &self,
        request: Request<CreateKpiRequest>,
    ) -> Result<Response<CreateKpiResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::kpis::create_kpi(request.into_inner())?;
        let row = row_of_circle(input.new.definition.circle);
        let response = self
            .write_on(row, |store| async move {
                kpis::create(&store, &caller, input, encode::kpis::create_kpi).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn update_kpi(
        &self,
        request: Request<UpdateKpiRequest>,
    ) -> Result<Response<UpdateKpiResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::kpis::update_kpi(request.into_inner())?;
        let kpi = self
            .write_on(row_of_kpi(input.id), |store| async move {
                kpis::update(&store, &caller, input).await
            })
            .await?;
        Ok(Response::new(encode::kpis::update_kpi(kpi)))
    }

    async fn set_kpi_target(
        &self,
        request: Request<SetKpiTargetRequest>,
    ) -> Result<Response<SetKpiTargetResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::kpis::set_kpi_target(request.get_ref())?;
        let kpi = self
            .write_on(row_of_kpi(input.id), |store| async move {
                kpis::set_target(&store, &caller, input).await
            })
            .await?;
        Ok(Response::new(encode::kpis::set_kpi_target(kpi)))
    }

    async fn remove_kpi_target(
        &self,
        request: Request<RemoveKpiTargetRequest>,
    ) -> Result<Response<RemoveKpiTargetResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::kpis::remove_kpi_target(request.get_ref())?;
        let kpi = self
            .write_on(row_of_kpi(input.id), |store| async move {
                kpis::remove_target(&store, &caller, input).await
            })
            .await?;
        Ok(Response::new(encode::kpis::remove_kpi_target(kpi)))
    }

    async fn activate_kpi(
        &self,
        request: Request<ActivateKpiRequest>,
    ) -> Result<Response<ActivateKpiResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::kpis::activate_kpi(request.get_ref())?;
        let kpi = self
            .write_on(row_of_kpi(input.id), |store| async move {
                kpis::set_active(&store, &caller, input).await
            })
            .await?;
        Ok(Response::new(encode::kpis::activate_kpi(kpi)))
    }

    async fn deactivate_kpi(
        &self,
        request: Request<DeactivateKpiRequest>,
    ) -> Result<Response<DeactivateKpiResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::kpis::deactivate_kpi(request.get_ref())?;
        let kpi = self
            .write_on(row_of_kpi(input.id), |store| async move {
                kpis::set_active(&store, &caller, input).await
            })
            .await?;
        Ok(Response::new(encode::kpis::deactivate_kpi(kpi)))
    }

    async fn get_kpi_progress(
        &self,
        request: Request<GetKpiProgressRequest>,
    ) -> Result<Response<GetKpiProgressResponse>, Status> {
        let input = decode::kpis::get_kpi_progress(request.get_ref())?;
        let progress = progress::of_kpi(&self.store, input).await?;
        Ok(Response::new(encode::kpis::get_kpi_progress(progress)))
    }

    async fn get_circle_progress(
        &self,
        request: Request<GetCircleProgressRequest>,
    ) -> Result<Response<GetCircleProgressResponse>, Status> {
        let input = decode::kpis::get_circle_progress(request.get_ref())?;
        let (as_of, progress) = progress::of_circle(&self.store, input).await?;
        let response = encode::kpis::get_circle_progress(as_of, &progress);
        Ok(Response::new(response))
    }

    async fn get_overview(
        &self,
        request: Request<GetOverviewRequest>,
    ) -> Result<Response<GetOverviewResponse>, Status> {
        let input = decode::overview::get_overview(request.get_ref())?;
        let (as_of, circles) = overview::get(&self.store, input).await?;
        Ok(Response::new(encode::overview::get_overview(
            as_of, circles,
        )))
    }

    async fn get_state_thresholds(
        &self,
        _: Request<GetStateThresholdsRequest>,
    ) -> Result<Response<GetStateThresholdsResponse>, Status> {
        let found = state_thresholds::get(&self.store).await?;
        Ok(Response::new(encode::kpis::get_state_thresholds(found)))
    }

    async fn set_state_thresholds(
        &self,
        request: Request<SetStateThresholdsRequest>,
    ) -> Result<Response<SetStateThresholdsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::kpis::set_state_thresholds(request.get_ref())?;
        let set = self
            .write(async move |store| state_thresholds::set(&store, &caller, input).await)
            .await?;
        Ok(Response::new(encode::kpis::set_state_thresholds(set)))
    }
}
