//! The SQL statements of these four RPCs, from kpi's own files.

use kreis_proto::kpi::v1::{
    CorrectKpiValueRequest, CorrectKpiValueResponse, GetKpiRequest, GetKpiResponse,
    ListChangesRequest, ListChangesResponse, ListKpiValuesRequest, ListKpiValuesResponse,
    list_kpi_values_request::Scope,
};
use sqlx::types::chrono::DateTime;

use crate::{
    Bare,
    rows::{ChangeRow, KpiRow, ValueRow},
};

const USUAL_PAGE: i64 = 50;

impl Bare {
    pub(crate) async fn get_kpi(self, asked: GetKpiRequest) -> Result<GetKpiResponse, sqlx::Error> {
        let row = sqlx::query_file_as!(
            KpiRow,
            "../../services/kpi/src/store/sql/kpi.sql",
            asked.kpi_id
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(GetKpiResponse {
            kpi: Some(row.into()),
        })
    }

    pub(crate) async fn list_kpi_values(
        self,
        asked: ListKpiValuesRequest,
    ) -> Result<ListKpiValuesResponse, sqlx::Error> {
        let Some(Scope::KpiId(kpi_id)) = asked.scope else {
            return Err(sqlx::Error::RowNotFound);
        };
        let rows = sqlx::query_file_as!(
            ValueRow,
            "../../services/kpi/src/store/sql/kpi_values_of_kpi.sql",
            0,
            0,
            0_i64,
            9999,
            12,
            i64::from(asked.page_size) + 1,
            kpi_id,
        )
        .fetch_all(&self.pool)
        .await?;
        let page = usize::try_from(asked.page_size).unwrap_or_default();
        Ok(ListKpiValuesResponse {
            kpi_values: rows.into_iter().take(page).map(Into::into).collect(),
            ..ListKpiValuesResponse::default()
        })
    }

    pub(crate) async fn list_changes(
        self,
        _: ListChangesRequest,
    ) -> Result<ListChangesResponse, sqlx::Error> {
        let mut rows = sqlx::query_file_as!(
            ChangeRow,
            "../../services/kpi/src/store/sql/changes.sql",
            DateTime::UNIX_EPOCH,
            DateTime::from_timestamp(253_370_764_800, 0),
            i64::MAX,
            USUAL_PAGE + 1,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.truncate(50);
        Ok(ListChangesResponse {
            changes: rows.into_iter().map(Into::into).collect(),
            ..ListChangesResponse::default()
        })
    }

    pub(crate) async fn correct_kpi_value(
        self,
        asked: CorrectKpiValueRequest,
    ) -> Result<CorrectKpiValueResponse, sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        let kpi = sqlx::query_file!(
            "../../services/kpi/src/store/sql/writable_kpi_of_value.sql",
            asked.kpi_value_id,
            self.user_id,
        )
        .fetch_one(&mut *tx)
        .await?;
        let old = sqlx::query_file!(
            "../../services/kpi/src/store/sql/locked_kpi_value.sql",
            asked.kpi_value_id,
        )
        .fetch_one(&mut *tx)
        .await?;
        let value = sqlx::query_file_as!(
            ValueRow,
            "../../services/kpi/src/store/sql/set_kpi_value.sql",
            asked.kpi_value_id,
            asked.value,
            self.user_id,
            false,
            "",
        )
        .fetch_one(&mut *tx)
        .await?;
        sqlx::query_file!(
            "../../services/kpi/src/store/sql/log_value_change.sql",
            self.user_id,
            kpi.id,
            kpi.circle_id,
            "corrected",
            asked.kpi_value_id,
            value.year,
            value.month,
            old.value,
            asked.value,
            "",
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(CorrectKpiValueResponse {
            kpi_value: Some(value.into()),
        })
    }
}
