//! The steps that bring the database to what this release needs.

use sqlx::{PgPool, migrate::Migrator};

/// Every step, in order; `kreis migrate` applies them.
pub static STEPS: Migrator = sqlx::migrate!("../../migrations");

/// Whether every step of this release was applied. A newer release may have
/// applied more: its steps work while this one still runs.
///
/// # Errors
///
/// The database does not answer, or was never migrated.
pub async fn are_applied(pool: &PgPool) -> Result<bool, sqlx::Error> {
    let last = STEPS.iter().map(|step| step.version).max();
    sqlx::query_scalar!(
        r#"select coalesce(max(version) >= $1, false) as "applied!"
        from kreis._sqlx_migrations
        where success"#,
        last
    )
    .fetch_one(pool)
    .await
}
