//! The files of kreis on this machine: the data directory with the signing key, and the database of
//! this installation.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use kreis_database::connect_options;
use kreis_embedded_postgres as embedded;
use kreis_server::{
    config::Settings,
    metrics::{ServerMetrics, count},
};
use kreis_service::calendar::TimeZone;
use nix::{
    sys::statvfs::{Statvfs, statvfs},
    unistd::Uid,
};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};

/// Name of the database in the embedded Postgres.
const DATABASE: &str = "kreis";
const SIGNING_KEY: &str = "signing-key.pem";
/// How long the embedded Postgres may take for a clean stop. Then it is stopped at once, which
/// takes at most another second.
const STOP_GRACE: Duration = Duration::from_secs(3);

/// The operator's settings for data directory and database.
#[derive(Clone)]
pub struct Installation {
    /// The data directory.
    pub data_dir: PathBuf,
    /// Whether the operator named it.
    pub data_dir_is_named: bool,
    /// The operator's own database, instead of the embedded one.
    pub database: Option<PgConnectOptions>,
    /// Postgres binaries of the operator's choice.
    pub binaries: Option<PathBuf>,
    /// The organisation's time zone, to be stored.
    pub time_zone: Option<TimeZone>,
    /// The organisation's name, to be stored.
    pub organisation: Option<String>,
}

/// Why the data directory or the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// An operation on a directory or file failed.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// Others can read the signing key. With a copy of it they can sign in as any user.
    #[error(
        "other users can read {} and could sign in as any user; close it with chmod 0600, or remove \
         it if they may have read it: kreis then makes a new key, and all users sign in again",
        .0.display()
    )]
    OpenKey(PathBuf),
    /// The signing key cannot be used.
    #[error(transparent)]
    Key(#[from] kreis_auth::signing_keys::SigningKeyError),
    /// The embedded Postgres failed.
    #[error(transparent)]
    Postgres(#[from] embedded::Error),
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Database(#[from] sqlx::Error),
    /// No kreis runs with this data directory.
    #[error(
        "no kreis is running with the data directory {0}; start it first, \
         or name another one with KREIS_DATA_DIR or a database with KREIS_DATABASE_URL"
    )]
    NotRunning(PathBuf),
}

impl Installation {
    /// Reads `KREIS_DATA_DIR`, `KREIS_DATABASE_URL`, `KREIS_POSTGRES_BIN`,
    /// `KREIS_TIME_ZONE` and `KREIS_ORGANISATION`. `name` is the last part of
    /// the default data directory.
    pub fn from_settings(settings: &mut Settings, name: &str) -> Self {
        let database = connect_options(settings);
        Self::with(settings, name, database, true)
    }

    /// The same for commands that need only the database. With the operator's own database they
    /// need no data directory.
    pub fn for_database(settings: &mut Settings, name: &str) -> Self {
        let database = connect_options(settings);
        let embedded = database.is_none();
        Self::with(settings, name, database, embedded)
    }

    fn with(
        settings: &mut Settings,
        name: &str,
        database: Option<PgConnectOptions>,
        needs_data_dir: bool,
    ) -> Self {
        let named = settings.path("KREIS_DATA_DIR");
        let data_dir_is_named = named.is_some();
        let data_dir = named.or_else(|| default_data_dir(settings, name));
        if data_dir.is_none() && needs_data_dir {
            settings
                .add_error("KREIS_DATA_DIR is not set, and neither is HOME to find a default by");
        }
        let time_zone = settings.text("KREIS_TIME_ZONE").and_then(|name| {
            name.parse::<TimeZone>()
                .map_err(|unknown| settings.add_error(format!("KREIS_TIME_ZONE: {unknown}")))
                .ok()
        });
        Self {
            data_dir: data_dir.unwrap_or_default(),
            data_dir_is_named,
            database,
            binaries: settings.path("KREIS_POSTGRES_BIN"),
            time_zone,
            organisation: settings.text("KREIS_ORGANISATION"),
        }
    }

    /// Registers gauges of the disk space of the data directory, if the database is in it.
    pub fn register_metrics(&self, metrics: &ServerMetrics) {
        if self.database.is_some() {
            return;
        }
        let room = |state: &'static str, of: fn(&Statvfs) -> u64| {
            let data_dir = self.data_dir.clone();
            metrics.gauge(
                "kreis_data_disk_bytes",
                "Room on the disk of the data directory: what is free for us, and all",
                &[("state", state)],
                move || {
                    statvfs(&data_dir).map_or(f64::NAN, |disk| {
                        count(of(&disk).saturating_mul(disk.fragment_size()))
                    })
                },
            );
        };
        room("free", Statvfs::blocks_available);
        room("all", Statvfs::blocks);
    }

    /// The signing key in the data directory, created on first use. Call this after the database is
    /// open: the embedded Postgres makes the directory with its own mode, and ensures that only one
    /// kreis uses it.
    ///
    /// After a restore the key is replaced. With the old key, a token could have a user version
    /// that the restored database has not reached yet.
    pub fn signing_key(&self, restored: bool) -> Result<PathBuf, InstallationError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.data_dir)
            .map_err(|error| InstallationError::File(self.data_dir.clone(), error))?;
        let key = self.data_dir.join(SIGNING_KEY);
        if restored && key.exists() {
            fs::remove_file(&key).map_err(|error| InstallationError::File(key.clone(), error))?;
        }
        if !key.exists() {
            kreis_auth::signing_keys::generate(&key)?;
        }
        let metadata =
            fs::metadata(&key).map_err(|error| InstallationError::File(key.clone(), error))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(InstallationError::OpenKey(key));
        }
        Ok(key)
    }

    /// Opens the operator's database, or starts the embedded one.
    pub async fn open_database(&self) -> Result<OpenDatabase, InstallationError> {
        if let Some(connect) = &self.database {
            return Ok(OpenDatabase {
                connect: connect.clone(),
                postgres: None,
            });
        }
        let mut settings = embedded::Settings::new(&self.data_dir);
        settings.binaries.clone_from(&self.binaries);
        let postgres = embedded::start(settings).await?;
        let connect = embedded_options(postgres.location());
        make_database(&connect).await?;
        Ok(OpenDatabase {
            connect: connect.database(DATABASE),
            postgres: Some(postgres),
        })
    }

    /// The operator's database, or that of the kreis that runs here.
    pub fn running_database(&self) -> Result<PgConnectOptions, InstallationError> {
        if let Some(connect) = &self.database {
            return Ok(connect.clone());
        }
        let location = embedded::locate(&self.data_dir)?
            .ok_or_else(|| InstallationError::NotRunning(self.data_dir.clone()))?;
        Ok(embedded_options(&location).database(DATABASE))
    }
}

/// A database that accepts connections, and its server if that is the embedded one.
pub struct OpenDatabase {
    /// How to connect.
    pub connect: PgConnectOptions,
    postgres: Option<embedded::Postgres>,
}

impl OpenDatabase {
    /// Stops the embedded server, if there is one.
    pub async fn close(self) -> Result<(), InstallationError> {
        if let Some(postgres) = self.postgres {
            postgres.stop(STOP_GRACE).await?;
        }
        Ok(())
    }
}

fn embedded_options(location: &embedded::Location) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(&location.socket_dir)
        .port(location.port)
        .username(location.superuser)
        // Other machines cannot read what passes through a Unix socket.
        .ssl_mode(PgSslMode::Disable)
        .database("postgres")
}

async fn make_database(connect: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect_with(connect).await?;
    let exists = sqlx::query_scalar!(
        r#"select exists (select 1 from pg_database where datname = $1::text) as "exists!""#,
        DATABASE,
    )
    .fetch_one(&mut connection)
    .await?;
    if !exists {
        connection
            .execute(AssertSqlSafe(format!("create database {DATABASE}")))
            .await?;
    }
    connection.close().await
}

/// `/var/lib/kreis` for root; otherwise below the XDG data directory.
fn default_data_dir(settings: &mut Settings, name: &str) -> Option<PathBuf> {
    if Uid::effective().is_root() {
        return Some(Path::new("/var/lib").join(name));
    }
    let data_home = settings
        .path("XDG_DATA_HOME")
        .filter(|path| path.is_absolute());
    let data_home = data_home.or_else(|| Some(settings.path("HOME")?.join(".local/share")));
    Some(data_home?.join(name))
}
