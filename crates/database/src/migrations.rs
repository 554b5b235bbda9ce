//! The migrations of the database up to this release.

use sqlx::migrate::Migrator;

/// All migrations, in order; `kreis migrate` applies them.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");
