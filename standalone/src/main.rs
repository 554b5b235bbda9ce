//! The binary `kreis`: all servers in one process, and the operator's commands.

use std::{io::Write, path::PathBuf, process::ExitCode, time::Duration};

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use kreis_org::operator::NewUserInput;
use kreis_server::{config::Settings, tls::client_tls};
use kreis_standalone::{
    client::{Secrets, SignInArgs},
    export::{self, ExportArgs},
    healthcheck,
    import::{self, ImportArgs},
    installation::Installation,
    migrate::{MigrateConfig, SERVICE_ROLES, migrate},
    output::{stderr, stdout},
    serve::{ServeConfig, serve},
    service_accounts::{self, ServiceAccountVerb},
    users,
};
use sqlx::postgres::PgConnectOptions;
use tokio::runtime::Runtime;

/// `docs/decisions/0014-mimalloc.md` says why.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// KPIs of organisations that work in circles.
#[derive(Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
struct Kreis {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(clap::Args)]
struct ServeArgs {
    /// Serve demo data of an invented association, from a data directory of its own
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    restored: RestoredArgs,
}

#[derive(clap::Args)]
struct RestoredArgs {
    /// Say that the database was restored from a backup: all users must sign in
    /// again, because the backup does not know who was signed out after it
    #[arg(long)]
    restored: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// Start Postgres and the four servers; the default
    Serve(ServeArgs),
    /// Migrate the database at `KREIS_DATABASE_URL`, or that of a running kreis, to this release
    Migrate(RestoredArgs),
    /// Add users and set passwords
    #[command(subcommand)]
    User(UserVerb),
    /// Add service accounts, change their keys, and remove them
    #[command(subcommand)]
    ServiceAccount(ServiceAccountVerb),
    /// Enter the values of a spreadsheet through the API
    Import(ImportArgs),
    /// Write circles, KPIs, targets and values as CSV, read through the API
    ///
    /// There is a row for each value and each period with nothing to report, for
    /// each year with a target and no value, and for a KPI with neither.
    /// Inactive KPIs are written too. `kreis import` reads the file. After an import
    /// into a system without circles and KPIs, an export from there is the same.
    ///
    /// The file does not contain circles without KPIs, members, retracted values,
    /// and the change log.
    Export(ExportArgs),
    /// Check the health of a server; exits with 0 if it is healthy
    Healthcheck {
        /// Address, such as <http://127.0.0.1:8080>
        url: String,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Subcommand)]
enum UserVerb {
    /// Add a user with a password
    Add {
        /// E-mail, to sign in with
        #[arg(long)]
        email: String,
        /// First name
        #[arg(long)]
        first_name: String,
        /// Last name
        #[arg(long)]
        last_name: String,
        /// Name that others see; first and last name by default
        #[arg(long)]
        display_name: Option<String>,
        /// Make the user a gatekeeper, who may do everything
        #[arg(long)]
        gatekeeper: bool,
        /// Read the password from this file instead of asking
        #[arg(long)]
        password_file: Option<PathBuf>,
    },
    /// Set a user's password, which ends their sessions
    SetPassword {
        /// E-mail of the user
        #[arg(long)]
        email: String,
        /// Read the password from this file instead of asking
        #[arg(long)]
        password_file: Option<PathBuf>,
    },
}

type AnyError = Box<dyn std::error::Error>;

/// Longest wait at the end for threads that still work, such as one that starts the embedded
/// Postgres.
const THREAD_STOP_TIMEOUT: Duration = Duration::from_millis(4_500);

fn main() -> ExitCode {
    let kreis = Kreis::parse();
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failure(&error),
    };
    let outcome = runtime.block_on(run(kreis.verb.unwrap_or(Verb::Serve(kreis.serve))));
    let code = outcome.unwrap_or_else(|error| failure(&*error));
    runtime.shutdown_timeout(THREAD_STOP_TIMEOUT);
    code
}

fn failure(error: &dyn std::error::Error) -> ExitCode {
    // If standard error is closed too, the exit code shows the failure.
    let _ = writeln!(stderr(), "kreis: {error}");
    ExitCode::FAILURE
}

async fn run(verb: Verb) -> Result<ExitCode, AnyError> {
    match verb {
        Verb::Serve(args) => {
            let config = ServeConfig::read(
                Settings::from_environment(),
                args.demo,
                args.restored.restored,
            )?;
            serve(config).await?;
        }
        Verb::Migrate(args) => {
            let config = migrate_config(args.restored)?;
            migrate(&config).await?;
            if config.restored {
                eprintln!("{}", users::after_restore(&config.connect).await?);
            }
        }
        Verb::User(verb) => user(verb).await?,
        Verb::ServiceAccount(verb) => {
            let connect = running_database()?;
            service_accounts::run(&connect, verb, &mut stdout(), &mut stderr()).await?;
        }
        Verb::Import(args) => {
            let secrets = secrets(&args.sign_in)?;
            let summary = import::run(args, secrets, &mut stdout(), &mut stderr()).await?;
            if summary.refused() > 0 {
                return Ok(ExitCode::FAILURE);
            }
        }
        Verb::Export(args) => {
            let secrets = secrets(&args.sign_in)?;
            export::run(args, secrets, &mut stdout(), &mut stderr()).await?;
        }
        Verb::Healthcheck { url } => {
            let mut settings = Settings::from_environment();
            let tls = client_tls(&mut settings);
            settings.finish()?;
            healthcheck::check(&url, tls.as_ref()).await?;
        }
        Verb::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Kreis::command(), "kreis", &mut script);
            stdout().write_all(&script)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the secrets for the sign-in of an import or export from the environment. The key is read
/// only if no e-mail is given, because servers that speak TLS with each other have a setting of the
/// same name.
fn secrets(sign_in: &SignInArgs) -> Result<Secrets, AnyError> {
    let mut settings = Settings::from_environment();
    let secrets = Secrets {
        password: settings.secret("KREIS_PASSWORD"),
        service_key: match sign_in.email {
            Some(_) => None,
            None => settings.secret("KREIS_SERVICE_KEY"),
        },
    };
    settings.finish()?;
    Ok(secrets)
}

/// Reads `KREIS_DATABASE_URL`, and the passwords with which the services' roles log in:
/// `KREIS_AUTH_PASSWORD`, `KREIS_ORG_PASSWORD` and `KREIS_KPI_PASSWORD`, or their files.
fn migrate_config(restored: bool) -> Result<MigrateConfig, AnyError> {
    let mut settings = Settings::from_environment();
    let installation = Installation::for_database(&mut settings, "kreis");
    let passwords = SERVICE_ROLES
        .into_iter()
        .filter_map(|(role, schema)| {
            let name = format!("KREIS_{}_PASSWORD", schema.to_uppercase());
            Some((role, settings.secret(&name)?))
        })
        .collect();
    settings.finish()?;
    Ok(MigrateConfig {
        connect: installation.running_database()?,
        time_zone: installation.time_zone,
        organisation: installation.organisation,
        passwords,
        restored,
        ..MigrateConfig::default()
    })
}

fn running_database() -> Result<PgConnectOptions, AnyError> {
    let mut settings = Settings::from_environment();
    let installation = Installation::for_database(&mut settings, "kreis");
    settings.finish()?;
    Ok(installation.running_database()?)
}

async fn user(verb: UserVerb) -> Result<(), AnyError> {
    let connect = running_database()?;
    match verb {
        UserVerb::Add {
            email,
            first_name,
            last_name,
            display_name,
            gatekeeper,
            password_file,
        } => {
            let password = users::read_password(password_file.as_deref())?;
            let new = NewUserInput {
                first_name,
                last_name,
                display_name,
                email,
                gatekeeper,
            };
            users::add(&connect, new, &password).await?;
        }
        UserVerb::SetPassword {
            email,
            password_file,
        } => {
            let password = users::read_password(password_file.as_deref())?;
            users::set_password(&connect, &email, &password).await?;
        }
    }
    Ok(())
}
