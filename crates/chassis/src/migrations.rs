//! The steps that bring the database to what this release needs.

use sqlx::migrate::Migrator;

/// Every step, in order; `kreis migrate` applies them.
pub static STEPS: Migrator = sqlx::migrate!("../../migrations");
