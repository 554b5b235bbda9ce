//! `kreis.kpi.v1.KpiService`.

use kreis_chassis::token::Caller;
use kreis_proto::kpi::v1::{
    ActivateKpiRequest, ActivateKpiResponse, CreateKpiRequest, CreateKpiResponse,
    DeactivateKpiRequest, DeactivateKpiResponse, GetCircleProgressRequest,
    GetCircleProgressResponse, GetKpiProgressRequest, GetKpiProgressResponse, GetKpiRequest,
    GetKpiResponse, GetOverviewRequest, GetOverviewResponse, ListKpisRequest, ListKpisResponse,
    RemoveKpiTargetRequest, RemoveKpiTargetResponse, SetKpiTargetRequest, SetKpiTargetResponse,
    UpdateKpiRequest, UpdateKpiResponse, kpi_service_server::KpiService,
};
use tonic::{Request, Response, Status};

use super::{Handlers, row_of_circle, row_of_kpi};
use crate::{
    domain::{kpis, overview, progress},
    model::{ExpectedVersion, Kpi, KpiId},
    wire,
};

impl Handlers {
    async fn set_active(
        &self,
        caller: Caller,
        (id, expected): (KpiId, ExpectedVersion),
        active: bool,
    ) -> Result<Kpi, Status> {
        self.write_on(row_of_kpi(id), |store| async move {
            kpis::set_active(&store, &caller, id, active, expected).await
        })
        .await
    }
}

#[tonic::async_trait]
impl KpiService for Handlers {
    async fn get_kpi(
        &self,
        request: Request<GetKpiRequest>,
    ) -> Result<Response<GetKpiResponse>, Status> {
        let id = wire::kpi_id(request.into_inner().kpi_id)?;
        let kpi = kpis::get(&self.store, id).await?;
        Ok(Response::new(GetKpiResponse {
            kpi: Some(wire::kpi(kpi)),
        }))
    }

    async fn list_kpis(
        &self,
        request: Request<ListKpisRequest>,
    ) -> Result<Response<ListKpisResponse>, Status> {
        let list = wire::kpi_list(request.get_ref())?;
        let (kpis, next) =
            kpis::list(&self.store, list.filter, list.page.after, list.page.size).await?;
        Ok(Response::new(ListKpisResponse {
            kpis: kpis.into_iter().map(wire::kpi).collect(),
            next_page_token: wire::kpi_token(list.filter, next.as_ref()),
        }))
    }

    async fn create_kpi(
        &self,
        request: Request<CreateKpiRequest>,
    ) -> Result<Response<CreateKpiResponse>, Status> {
        let caller = Caller::of(&request)?;
        let (new, key) = wire::new_kpi(request.into_inner())?;
        let response = self
            .write_on(row_of_circle(new.definition.circle), |store| async move {
                kpis::create(&store, &caller, new, key, wire::create_kpi).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn update_kpi(
        &self,
        request: Request<UpdateKpiRequest>,
    ) -> Result<Response<UpdateKpiResponse>, Status> {
        let caller = Caller::of(&request)?;
        let (id, update, expected) = wire::update(request.into_inner())?;
        let kpi = self
            .write_on(row_of_kpi(id), |store| async move {
                kpis::update(&store, &caller, id, update, expected).await
            })
            .await?;
        Ok(Response::new(UpdateKpiResponse {
            kpi: Some(wire::kpi(kpi)),
        }))
    }

    async fn set_kpi_target(
        &self,
        request: Request<SetKpiTargetRequest>,
    ) -> Result<Response<SetKpiTargetResponse>, Status> {
        let caller = Caller::of(&request)?;
        let (id, target, expected) = wire::new_target(request.into_inner())?;
        let kpi = self
            .write_on(row_of_kpi(id), |store| async move {
                kpis::set_target(&store, &caller, id, target, expected).await
            })
            .await?;
        Ok(Response::new(SetKpiTargetResponse {
            kpi: Some(wire::kpi(kpi)),
        }))
    }

    async fn remove_kpi_target(
        &self,
        request: Request<RemoveKpiTargetRequest>,
    ) -> Result<Response<RemoveKpiTargetResponse>, Status> {
        let caller = Caller::of(&request)?;
        let (id, from_year, expected) = wire::old_target(request.into_inner())?;
        let kpi = self
            .write_on(row_of_kpi(id), |store| async move {
                kpis::remove_target(&store, &caller, id, from_year, expected).await
            })
            .await?;
        Ok(Response::new(RemoveKpiTargetResponse {
            kpi: Some(wire::kpi(kpi)),
        }))
    }

    async fn activate_kpi(
        &self,
        request: Request<ActivateKpiRequest>,
    ) -> Result<Response<ActivateKpiResponse>, Status> {
        let caller = Caller::of(&request)?;
        let ActivateKpiRequest { kpi_id, etag } = request.into_inner();
        let kpi = wire::existing_kpi(kpi_id, &etag)?;
        let kpi = self.set_active(caller, kpi, true).await?;
        Ok(Response::new(ActivateKpiResponse {
            kpi: Some(wire::kpi(kpi)),
        }))
    }

    async fn deactivate_kpi(
        &self,
        request: Request<DeactivateKpiRequest>,
    ) -> Result<Response<DeactivateKpiResponse>, Status> {
        let caller = Caller::of(&request)?;
        let DeactivateKpiRequest { kpi_id, etag } = request.into_inner();
        let kpi = wire::existing_kpi(kpi_id, &etag)?;
        let kpi = self.set_active(caller, kpi, false).await?;
        Ok(Response::new(DeactivateKpiResponse {
            kpi: Some(wire::kpi(kpi)),
        }))
    }

    async fn get_kpi_progress(
        &self,
        request: Request<GetKpiProgressRequest>,
    ) -> Result<Response<GetKpiProgressResponse>, Status> {
        let (id, range) = wire::progress_of_kpi(request.into_inner())?;
        let points = progress::of_kpi(&self.store, id, range).await?;
        Ok(Response::new(GetKpiProgressResponse {
            points: points.into_iter().map(wire::point).collect(),
        }))
    }

    async fn get_circle_progress(
        &self,
        request: Request<GetCircleProgressRequest>,
    ) -> Result<Response<GetCircleProgressResponse>, Status> {
        let (circle, as_of) = wire::progress_of_circle(request.into_inner())?;
        let (as_of, progress) = progress::of_circle(&self.store, circle, as_of).await?;
        Ok(Response::new(wire::circle_progress(as_of, &progress)))
    }

    async fn get_overview(
        &self,
        request: Request<GetOverviewRequest>,
    ) -> Result<Response<GetOverviewResponse>, Status> {
        let (filter, as_of) = wire::overview_of(request.get_ref())?;
        let (as_of, circles) = overview::get(&self.store, &filter, as_of).await?;
        Ok(Response::new(wire::overview(as_of, circles)))
    }
}
