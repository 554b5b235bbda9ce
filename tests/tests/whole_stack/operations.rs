//! Starting, stopping, upgrading, watching, importing and exporting.

mod closed_pipes;
mod core_dumps;
mod database_outage;
mod database_sessions;
mod deployment;
mod durability;
mod export;
mod file_permissions;
mod first_start;
mod import;
mod import_due_values;
mod import_races;
mod logs;
mod metrics;
mod migrations;
mod operator;
mod processes;
mod readiness;
mod repository;
mod roles;
mod schema;
mod service_accounts;
mod standalone;
mod stopping;
mod tls;
mod traces;
