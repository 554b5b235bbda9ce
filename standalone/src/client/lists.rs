//! Reads the lists of the API to their last page: one call per page and none per row.

use kreis_proto::{
    kpi::v1::{
        Change, Kpi, KpiValue, ListChangesRequest, ListKpiValuesRequest, ListKpisRequest,
        change_log_service_client::ChangeLogServiceClient, kpi_service_client::KpiServiceClient,
        kpi_value_service_client::KpiValueServiceClient,
    },
    org::v1::{
        Circle, ListCirclesRequest, ListUsersRequest, User,
        circle_service_client::CircleServiceClient, user_service_client::UserServiceClient,
    },
};
use tonic::Status;

use super::Client;

const PAGE_SIZE: i32 = 500;

impl Client {
    /// All users, including inactive ones.
    pub(crate) async fn users(&self) -> Result<Vec<User>, Status> {
        all_pages(async |page_token| {
            let question = ListUsersRequest {
                page_size: PAGE_SIZE,
                page_token,
                active: None,
            };
            let page = self
                .call(question, |channel, request| async move {
                    UserServiceClient::new(channel).list_users(request).await
                })
                .await?;
            Ok((page.users, page.next_page_token))
        })
        .await
    }

    /// All circles.
    pub(crate) async fn circles(&self) -> Result<Vec<Circle>, Status> {
        all_pages(async |page_token| {
            let question = ListCirclesRequest {
                page_size: PAGE_SIZE,
                page_token,
            };
            let page = self
                .call(question, |channel, request| async move {
                    CircleServiceClient::new(channel)
                        .list_circles(request)
                        .await
                })
                .await?;
            Ok((page.circles, page.next_page_token))
        })
        .await
    }

    /// All KPIs, including inactive ones.
    pub(crate) async fn kpis(&self) -> Result<Vec<Kpi>, Status> {
        all_pages(async |page_token| {
            let question = ListKpisRequest {
                page_size: PAGE_SIZE,
                page_token,
                ..ListKpisRequest::default()
            };
            let page = self
                .call(question, |channel, request| async move {
                    KpiServiceClient::new(channel).list_kpis(request).await
                })
                .await?;
            Ok((page.kpis, page.next_page_token))
        })
        .await
    }

    /// The values and marks that match a request, from all pages.
    pub(crate) async fn values(
        &self,
        asked: ListKpiValuesRequest,
    ) -> Result<Vec<KpiValue>, Status> {
        all_pages(async |page_token| {
            let question = ListKpiValuesRequest {
                page_size: PAGE_SIZE,
                page_token,
                ..asked.clone()
            };
            let page = self
                .call(question, |channel, request| async move {
                    KpiValueServiceClient::new(channel)
                        .list_kpi_values(request)
                        .await
                })
                .await?;
            Ok((page.kpi_values, page.next_page_token))
        })
        .await
    }

    /// The changes that match a request, from all pages; newest first.
    pub(crate) async fn changes(&self, asked: ListChangesRequest) -> Result<Vec<Change>, Status> {
        all_pages(async |page_token| {
            let question = ListChangesRequest {
                page_size: PAGE_SIZE,
                page_token,
                ..asked.clone()
            };
            let page = self
                .call(question, |channel, request| async move {
                    ChangeLogServiceClient::new(channel)
                        .list_changes(request)
                        .await
                })
                .await?;
            Ok((page.changes, page.next_page_token))
        })
        .await
    }
}

/// The rows of all pages. `page` takes a page token, and returns the rows of that page and the next
/// token.
async fn all_pages<T>(
    page: impl AsyncFn(String) -> Result<(Vec<T>, String), Status>,
) -> Result<Vec<T>, Status> {
    let mut all = Vec::new();
    let mut page_token = String::new();
    loop {
        let (rows, next) = page(page_token).await?;
        all.extend(rows);
        if next.is_empty() {
            return Ok(all);
        }
        page_token = next;
    }
}
