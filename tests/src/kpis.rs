//! What gatekeepers do with KPIs, and what every user reads of them.

use kreis_proto::{
    kpi::v1::{
        ActivateKpiRequest, Change, DeactivateKpiRequest, GetCircleProgressRequest,
        GetCircleProgressResponse, GetKpiProgressRequest, GetKpiRequest, GetOverviewRequest,
        GetOverviewResponse, Kpi, ListDueValuesRequest, ListDueValuesResponse,
        ListRecentChangesRequest, ProgressPoint, RemoveKpiTargetRequest, SetKpiTargetRequest,
        UpdateKpiRequest,
    },
    org::v1::{GetMeRequest, Month},
};
use tonic::Status;

use crate::{Actor, Stack, actor::new_kpi};

impl Actor {
    /// A KPI.
    pub async fn kpi(&self, kpi_id: i64) -> Result<Kpi, Status> {
        let get = GetKpiRequest { kpi_id };
        let answer = self.kpis().get_kpi(self.request(get)).await?;
        Ok(answer.into_inner().kpi.expect("the answer has the KPI"))
    }

    /// Changes a KPI.
    pub async fn update_kpi(&self, update: UpdateKpiRequest) -> Result<Kpi, Status> {
        let answer = self.kpis().update_kpi(self.request(update)).await?;
        Ok(answer.into_inner().kpi.expect("the answer has the KPI"))
    }

    /// Sets the baseline and target from a year on, for any version of the KPI.
    pub async fn set_target(
        &self,
        kpi_id: i64,
        from_year: i32,
        (initial, target): (f64, f64),
    ) -> Result<Kpi, Status> {
        let set = SetKpiTargetRequest {
            kpi_id,
            from_year,
            initial_value: Some(initial),
            target_value: Some(target),
            etag: String::new(),
        };
        let answer = self.kpis().set_kpi_target(self.request(set)).await?;
        Ok(answer.into_inner().kpi.expect("the answer has the KPI"))
    }

    /// Removes the target that begins with a year; an empty etag matches any version.
    pub async fn remove_target(
        &self,
        kpi_id: i64,
        from_year: i32,
        etag: &str,
    ) -> Result<Kpi, Status> {
        let remove = RemoveKpiTargetRequest {
            kpi_id,
            from_year,
            etag: etag.to_owned(),
        };
        let answer = self.kpis().remove_kpi_target(self.request(remove)).await?;
        Ok(answer.into_inner().kpi.expect("the answer has the KPI"))
    }

    /// Activates or deactivates a KPI; an empty etag matches any version.
    pub async fn set_active(&self, kpi_id: i64, active: bool, etag: &str) -> Result<Kpi, Status> {
        let etag = etag.to_owned();
        let mut client = self.kpis();
        let kpi = if active {
            let activate = ActivateKpiRequest { kpi_id, etag };
            let answer = client.activate_kpi(self.request(activate)).await?;
            answer.into_inner().kpi
        } else {
            let deactivate = DeactivateKpiRequest { kpi_id, etag };
            let answer = client.deactivate_kpi(self.request(deactivate)).await?;
            answer.into_inner().kpi
        };
        Ok(kpi.expect("the answer has the KPI"))
    }

    /// The current month in the organisation's time zone.
    pub async fn this_month(&self) -> Result<Month, Status> {
        let answer = self.users().get_me(self.request(GetMeRequest {})).await?;
        let today = answer.into_inner().organisation.unwrap_or_default().today;
        let today = today.expect("the answer has the day");
        Ok(Month {
            year: today.year,
            month: today.month,
        })
    }

    /// All points of a KPI.
    pub async fn progress(&self, kpi_id: i64) -> Result<Vec<ProgressPoint>, Status> {
        let get = GetKpiProgressRequest {
            kpi_id,
            ..GetKpiProgressRequest::default()
        };
        let answer = self.kpis().get_kpi_progress(self.request(get)).await?;
        Ok(answer.into_inner().points)
    }

    /// The progress of a circle as of a month.
    pub async fn circle_progress(
        &self,
        circle_id: i64,
        (year, month): (i32, i32),
    ) -> Result<GetCircleProgressResponse, Status> {
        let get = GetCircleProgressRequest {
            circle_id,
            as_of: Some(Month { year, month }),
        };
        let answer = self.kpis().get_circle_progress(self.request(get)).await?;
        Ok(answer.into_inner())
    }

    /// The overview of circles and their KPIs.
    pub async fn overview(&self, get: GetOverviewRequest) -> Result<GetOverviewResponse, Status> {
        let answer = self.kpis().get_overview(self.request(get)).await?;
        Ok(answer.into_inner())
    }

    /// Due values.
    pub async fn due_values(
        &self,
        list: ListDueValuesRequest,
    ) -> Result<ListDueValuesResponse, Status> {
        let answer = self.values().list_due_values(self.request(list)).await?;
        Ok(answer.into_inner())
    }

    /// The changes of a value, newest first.
    pub async fn recent_changes(&self, kpi_value_id: i64) -> Result<Vec<Change>, Status> {
        let request = self.request(ListRecentChangesRequest { kpi_value_id });
        let answer = self.kpi_changes().list_recent_changes(request).await?;
        Ok(answer.into_inner().changes)
    }
}

impl Stack {
    /// A gatekeeper, an economist of HR, and the id of the KPI "Leave" of HR, in percent.
    pub async fn one_kpi(&self) -> (Actor, Actor, i64) {
        let gatekeeper = self.gatekeeper().await;
        let economist = self.economist("HR").await;
        let kpi = new_kpi(self.circle("HR").await, "Leave");
        let kpi = gatekeeper.create_kpi(kpi).await;
        (gatekeeper, economist, kpi.expect("a KPI can be created").id)
    }
}
