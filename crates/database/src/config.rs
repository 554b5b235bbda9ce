//! How to connect to the database: address, role, and the settings of each session.

use std::time::Duration;

use kreis_server::{config::Settings, traces};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};

/// Longest wait for a free connection. After it the database counts as unreachable.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(800);

/// Settings of each session of a service. They come with the service's own login role; with another
/// login, [`DatabaseConfig::options`] sends them.
pub const SESSION_SETTINGS: [(&str, &str); 8] = [
    ("statement_timeout", "5s"),
    // Writers that wait for one row must not hold all connections for long.
    ("lock_timeout", "500ms"),
    ("idle_in_transaction_session_timeout", "2s"),
    // A connection is closed if its caller cancels the statement. This is how soon Postgres then
    // ends the statement. Until then it runs beside those of the connection that replaces it.
    ("client_connection_check_interval", "100ms"),
    // Postgres plans each statement once per connection, for any parameters. Otherwise it would
    // plan a page again at each call, because it assumes that an unknown limit is a tenth of the
    // table.
    ("plan_cache_mode", "force_generic_plan"),
    // For the same reason Postgres would compile the plan of a page, start parallel workers for it,
    // and prepare a cache as large as the table. Each takes longer than the page.
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("enable_memoize", "off"),
];

/// Address of the database, and the role to use it with.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// How to connect.
    pub connect: PgConnectOptions,
    /// Role to set after connecting, if one login serves all servers.
    pub role: Option<String>,
    /// Maximum number of connections of each of the two pools.
    pub connections: u32,
}

impl DatabaseConfig {
    /// Reads `KREIS_DATABASE_URL` and `KREIS_DATABASE_PASSWORD` (both may come
    /// from a `_FILE`) and `KREIS_DATABASE_CONNECTIONS`.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let before = settings.error_count();
        let connect = connect_options(settings);
        if connect.is_none() && settings.error_count() == before {
            settings.add_error(
                "neither KREIS_DATABASE_URL nor KREIS_DATABASE_URL_FILE is set; it is where \
                 Postgres is, such as postgres://kreis_kpi@postgres/kreis",
            );
        }
        let connect = connect.unwrap_or_else(PgConnectOptions::new_without_pgpass);
        let connections = settings.number("KREIS_DATABASE_CONNECTIONS", 8, 1, 100);
        let connections = u32::try_from(connections).unwrap_or(8);
        Self {
            connect,
            role: None,
            connections,
        }
    }

    /// The options to connect with. If the login is not the service's own, they set the role and
    /// its settings. A service's own login has its settings already, and connection poolers do not
    /// forward options.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        let options = self.connect.clone().application_name("kreis");
        // Spans of statements are made from the log events of sqlx.
        let options = if traces::is_on() {
            options
        } else {
            options.disable_statement_logging()
        };
        match &self.role {
            Some(role) => options.options([("role", role)]).options(SESSION_SETTINGS),
            None => options,
        }
    }
}

/// Reads `KREIS_DATABASE_URL` and `KREIS_DATABASE_PASSWORD`; both may come from a `_FILE`. Absent
/// if no address is set.
pub fn connect_options(settings: &mut Settings) -> Option<PgConnectOptions> {
    let url = settings
        .secret("KREIS_DATABASE_URL")
        .filter(|url| !url.is_empty());
    let password = settings.secret("KREIS_DATABASE_PASSWORD");
    let connect: Result<PgConnectOptions, _> = url?.parse();
    let Ok(connect) = connect else {
        // The error may contain the password.
        settings.add_error(
            "KREIS_DATABASE_URL is not an address of Postgres, \
             such as postgres://kreis@localhost/kreis",
        );
        return None;
    };
    Some(match password {
        Some(password) => connect.password(&password),
        None => connect,
    })
}
