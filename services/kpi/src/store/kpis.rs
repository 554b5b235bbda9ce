//! KPIs and their targets.

use chrono::{DateTime, Utc};
use kreis_database::DatabaseError;

use super::{
    Store, Tx, read,
    rows::{limits, person, targets, thresholds},
};
use crate::model::{
    Activation, CircleId, Definition, Description, Kpi, KpiCursor, KpiFilter, KpiId, KpiName,
    Limits, NewKpi, Period, Person, StateThresholds, Target, Targets, Version, Year,
};

/// A KPI with its targets, as a row.
pub(super) struct KpiRow {
    pub(super) id: i64,
    pub(super) circle_id: i64,
    pub(super) circle_name: String,
    pub(super) name: String,
    pub(super) periodicity: String,
    pub(super) unit: String,
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) active: bool,
    pub(super) description: String,
    pub(super) steward_id: Option<i64>,
    pub(super) steward: Option<String>,
    pub(super) create_time: DateTime<Utc>,
    pub(super) update_time: DateTime<Utc>,
    pub(super) version: i64,
    pub(super) on_track_from: Option<f64>,
    pub(super) slightly_behind_from: Option<f64>,
    pub(super) target_years: Vec<i32>,
    pub(super) target_initials: Vec<f64>,
    pub(super) target_values: Vec<f64>,
}

impl KpiRow {
    pub(super) fn kpi(self) -> Result<Kpi, DatabaseError> {
        Ok(Kpi {
            id: KpiId::stored(self.id),
            definition: Definition {
                circle: CircleId::stored(self.circle_id),
                name: KpiName::stored(self.name),
                periodicity: read(self.periodicity.parse())?,
                unit: read(self.unit.parse())?,
                limits: limits(self.minimum, self.maximum),
                description: Description::stored(self.description),
                thresholds: thresholds(self.on_track_from, self.slightly_behind_from),
            },
            steward: self
                .steward_id
                .zip(self.steward)
                .map(|(user_id, display_name)| person(user_id, display_name)),
            circle_name: self.circle_name,
            targets: targets(
                &self.target_years,
                &self.target_initials,
                &self.target_values,
            ),
            active: self.active,
            create_time: self.create_time,
            update_time: self.update_time,
            version: Version::stored(self.version),
        })
    }
}

impl Store {
    /// The KPI with this id.
    pub(crate) async fn kpi(&self, id: KpiId) -> Result<Option<Kpi>, DatabaseError> {
        sqlx::query_file_as!(KpiRow, "src/store/sql/kpi.sql", id.get())
            .fetch_optional(self.reads())
            .await?
            .map(KpiRow::kpi)
            .transpose()
    }

    /// KPIs, ordered by name, from a cursor on.
    pub(crate) async fn kpis(
        &self,
        filter: KpiFilter,
        after: &KpiCursor,
        most: i64,
    ) -> Result<Vec<Kpi>, DatabaseError> {
        let active = filter
            .active
            .map_or_else(|| vec![true, false], |active| vec![active]);
        let rows = match filter.circle {
            None => {
                sqlx::query_file_as!(
                    KpiRow,
                    "src/store/sql/kpis.sql",
                    after.name_key,
                    after.id,
                    &active,
                    most,
                )
                .fetch_all(self.reads())
                .await?
            }
            Some(circle) => {
                sqlx::query_file_as!(
                    KpiRow,
                    "src/store/sql/kpis_of_circle.sql",
                    after.name_key,
                    after.id,
                    &active,
                    most,
                    circle.get(),
                )
                .fetch_all(self.reads())
                .await?
            }
        };
        rows.into_iter().map(KpiRow::kpi).collect()
    }

    /// The KPI with a name in a circle, by the key of the name.
    pub(crate) async fn kpi_named(
        &self,
        circle: CircleId,
        name_key: &str,
    ) -> Result<Option<KpiId>, DatabaseError> {
        Ok(sqlx::query_scalar!(
            "select id from kpi.kpis where circle_id = $1 and name_key = $2",
            circle.get(),
            name_key,
        )
        .fetch_optional(self.reads())
        .await?
        .map(KpiId::stored))
    }
}

impl Tx {
    /// Inserts a KPI without its targets, in use since the given time, or else since now. Returns
    /// its id.
    pub(crate) async fn insert_kpi(
        &mut self,
        new: &NewKpi,
        steward: Option<&Person>,
        active_since: Option<DateTime<Utc>>,
    ) -> Result<KpiId, DatabaseError> {
        let definition = &new.definition;
        let thresholds = definition.thresholds.own();
        let id = sqlx::query_scalar!(
            "insert into kpi.kpis
                (circle_id, name, name_key, periodicity, unit, minimum, maximum, active,
                description, steward_id, active_since, on_track_from, slightly_behind_from)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, now()), $12, $13)
            returning id",
            definition.circle.get(),
            definition.name.as_str(),
            definition.name.key(),
            definition.periodicity.name(),
            definition.unit.name(),
            definition.limits.minimum().map(f64::from),
            definition.limits.maximum().map(f64::from),
            new.activation != Activation::Inactive,
            definition.description.as_str(),
            steward.map(|steward| steward.user_id.get()),
            active_since,
            thresholds.map(StateThresholds::on_track_from),
            thresholds.map(StateThresholds::slightly_behind_from),
        )
        .fetch_one(&mut *self.0)
        .await?;
        Ok(KpiId::stored(id))
    }

    /// Inserts the targets of a new KPI.
    pub(crate) async fn insert_targets(
        &mut self,
        kpi: KpiId,
        targets: &Targets,
    ) -> Result<(), DatabaseError> {
        let years: Vec<i32> = targets
            .iter()
            .map(|target| target.from_year.into())
            .collect();
        let initials: Vec<f64> = targets.iter().map(|target| target.initial.into()).collect();
        let goals: Vec<f64> = targets.iter().map(|target| target.target.into()).collect();
        sqlx::query!(
            "insert into kpi.targets (kpi_id, from_year, initial_value, target_value)
            select $1, year, initial, target
            from unnest($2::integer[], $3::float8[], $4::float8[]) as t (year, initial, target)",
            kpi.get(),
            &years,
            &initials,
            &goals,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Locks a KPI against other changes of it or of its values. Returns whether it exists. The KPI
    /// is read by a later statement: the locking one would return targets from before the wait for
    /// the lock.
    pub(crate) async fn lock_kpi(&mut self, id: KpiId) -> Result<bool, DatabaseError> {
        let found =
            sqlx::query_scalar!("select id from kpi.kpis where id = $1 for update", id.get())
                .fetch_optional(&mut *self.0)
                .await?;
        Ok(found.is_some())
    }

    /// The KPI, with the changes of this transaction.
    pub(crate) async fn kpi(&mut self, id: KpiId) -> Result<Option<Kpi>, DatabaseError> {
        sqlx::query_file_as!(KpiRow, "src/store/sql/kpi.sql", id.get())
            .fetch_optional(&mut *self.0)
            .await?
            .map(KpiRow::kpi)
            .transpose()
    }

    /// Whether the KPI has a value, or had one.
    pub(crate) async fn has_values(&mut self, kpi: KpiId) -> Result<bool, DatabaseError> {
        Ok(sqlx::query_scalar!(
            r#"select exists (select from kpi.kpi_values where kpi_id = $1) as "has_values!""#,
            kpi.get(),
        )
        .fetch_one(&mut *self.0)
        .await?)
    }

    /// The first periods whose values lie outside these limits.
    pub(crate) async fn periods_outside(
        &mut self,
        kpi: KpiId,
        limits: Limits,
        most: usize,
    ) -> Result<Vec<Period>, DatabaseError> {
        let rows = sqlx::query!(
            "select year, month from kpi.kpi_values
            where kpi_id = $1 and (value < $2 or value > $3)
            order by year, month
            limit $4",
            kpi.get(),
            limits.minimum().map(f64::from),
            limits.maximum().map(f64::from),
            i64::try_from(most).unwrap_or(i64::MAX),
        )
        .fetch_all(&mut *self.0)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Period::stored(row.year, row.month))
            .collect())
    }

    /// Replaces the definition of a KPI and raises the version.
    pub(crate) async fn update_kpi(
        &mut self,
        id: KpiId,
        next: &Definition,
        steward: Option<&Person>,
    ) -> Result<(), DatabaseError> {
        let thresholds = next.thresholds.own();
        sqlx::query!(
            "update kpi.kpis
            set circle_id = $2, name = $3, name_key = $4, periodicity = $5, unit = $6,
                minimum = $7, maximum = $8, description = $9, steward_id = $10,
                on_track_from = $11, slightly_behind_from = $12,
                version = version + 1, update_time = clock_timestamp()
            where id = $1",
            id.get(),
            next.circle.get(),
            next.name.as_str(),
            next.name.key(),
            next.periodicity.name(),
            next.unit.name(),
            next.limits.minimum().map(f64::from),
            next.limits.maximum().map(f64::from),
            next.description.as_str(),
            steward.map(|steward| steward.user_id.get()),
            thresholds.map(StateThresholds::on_track_from),
            thresholds.map(StateThresholds::slightly_behind_from),
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Activates or deactivates a KPI and raises the version.
    pub(crate) async fn set_active(
        &mut self,
        id: KpiId,
        active: bool,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update kpi.kpis
            set active = $2, version = version + 1, update_time = clock_timestamp(),
                active_since = case when $2 then clock_timestamp() else active_since end
            where id = $1",
            id.get(),
            active,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Inserts or replaces the target of a year and raises the KPI's version.
    pub(crate) async fn set_target(
        &mut self,
        kpi: KpiId,
        target: &Target,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "insert into kpi.targets (kpi_id, from_year, initial_value, target_value)
            values ($1, $2, $3, $4)
            on conflict on constraint one_target_per_kpi_and_year do update
            set initial_value = excluded.initial_value, target_value = excluded.target_value",
            kpi.get(),
            i32::from(target.from_year),
            f64::from(target.initial),
            f64::from(target.target),
        )
        .execute(&mut *self.0)
        .await?;
        self.touch_kpi(kpi).await
    }

    /// Removes the target of a year and raises the KPI's version.
    pub(crate) async fn remove_target(
        &mut self,
        kpi: KpiId,
        from_year: Year,
    ) -> Result<(), DatabaseError> {
        sqlx::query!(
            "delete from kpi.targets where kpi_id = $1 and from_year = $2",
            kpi.get(),
            i32::from(from_year),
        )
        .execute(&mut *self.0)
        .await?;
        self.touch_kpi(kpi).await
    }

    async fn touch_kpi(&mut self, id: KpiId) -> Result<(), DatabaseError> {
        sqlx::query!(
            "update kpi.kpis set version = version + 1, update_time = clock_timestamp()
            where id = $1",
            id.get(),
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
