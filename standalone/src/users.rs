//! `kreis user add` and `kreis user set-password`.

use std::{
    fmt::Write,
    fs,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use kreis_database::{DatabaseError, operator_pool};
use kreis_org::operator::{NewUserInput, OperatorError};
use kreis_service::names;
use sqlx::{PgPool, postgres::PgConnectOptions};

/// Why a user was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// The password could not be read.
    #[error("the password cannot be read{}: {cause}", from.as_ref().map(|path| format!(" from {}", path.display())).unwrap_or_default())]
    Read {
        /// The file, if one was given.
        from: Option<PathBuf>,
        /// The error of the system.
        cause: io::Error,
    },
    /// The answers to the two prompts differ.
    #[error("the two passwords are not the same")]
    PasswordsDiffer,
    /// org refused the user.
    #[error(transparent)]
    Org(#[from] OperatorError),
    /// auth refused the password.
    #[error(transparent)]
    Auth(#[from] kreis_auth::operator::SetPasswordError),
    /// org has added the user, but auth refused the password.
    #[error("the user was added, but without a password: {0}; run the same command again")]
    PasswordNotSet(#[source] kreis_auth::operator::SetPasswordError),
    /// No user has this e-mail.
    #[error("there is no user with the e-mail {0}")]
    UnknownEmail(String),
}

/// Reads a password from a file or from standard input. A terminal prompts for it twice.
pub fn read_password(file: Option<&Path>) -> Result<String, UserError> {
    let error = |cause| UserError::Read {
        from: file.map(Path::to_owned),
        cause,
    };
    let text = match file {
        Some(path) => fs::read_to_string(path).map_err(error)?,
        None if io::stdin().is_terminal() => {
            let password = rpassword::prompt_password("password: ").map_err(error)?;
            if rpassword::prompt_password("the same again: ").map_err(error)? != password {
                return Err(UserError::PasswordsDiffer);
            }
            password
        }
        None => {
            let mut line = String::new();
            io::stdin().read_line(&mut line).map_err(error)?;
            line
        }
    };
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Adds a user with a password. Two services store the two, one after the other. If an earlier run
/// added only the user, this run continues with that user.
pub async fn add(
    connect: &PgConnectOptions,
    new: NewUserInput,
    password: &str,
) -> Result<(), UserError> {
    let whole_name = format!("{} {}", new.first_name, new.last_name);
    let known = [
        whole_name.clone(),
        new.display_name.clone().unwrap_or(whole_name),
        new.email.clone(),
    ];
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    kreis_auth::operator::check_password(password, &known)?;
    let org = operator_pool(connect, "kreis_org");
    let user_id = match unfinished(&org, &new).await? {
        Some(user_id) => user_id,
        None => kreis_org::operator::add_user(&org, new).await?,
    };
    let auth = operator_pool(connect, "kreis_auth");
    kreis_auth::operator::set_password(&auth, user_id, password, &known)
        .await
        .map_err(UserError::PasswordNotSet)
}

/// The active user with this e-mail and role, if the user has no password.
async fn unfinished(org: &PgPool, new: &NewUserInput) -> Result<Option<i64>, OperatorError> {
    let found = sqlx::query_scalar!(
        "select u.id from org.users u join auth.account_states s on s.user_id = u.id
        where u.email_key = $1 and u.gatekeeper = $2 and u.active and not s.has_password",
        names::key(&new.email),
        new.gatekeeper,
    )
    .fetch_optional(org)
    .await
    .map_err(DatabaseError::from)?;
    Ok(found)
}

/// Sets a user's password, which ends their sessions.
pub async fn set_password(
    connect: &PgConnectOptions,
    email: &str,
    password: &str,
) -> Result<(), UserError> {
    let found =
        kreis_org::operator::find_user_by_email(&operator_pool(connect, "kreis_org"), email)
            .await?;
    let user_id = found.ok_or_else(|| UserError::UnknownEmail(email.to_owned()))?;
    let auth = operator_pool(connect, "kreis_auth");
    kreis_auth::operator::set_password(&auth, user_id, password, &[email]).await?;
    Ok(())
}

/// Whether there is an active gatekeeper with a password. Only a gatekeeper can define KPIs and
/// invite users.
pub async fn has_gatekeeper(connect: &PgConnectOptions) -> Result<bool, DatabaseError> {
    let found = sqlx::query_scalar!(
        r#"select exists (
            select 1 from org.users u join auth.account_states s on s.user_id = u.id
            where u.gatekeeper and u.active and (s.has_password or s.is_linked)
        ) as "found!""#
    )
    .fetch_one(&operator_pool(connect, "kreis_org"))
    .await?;
    Ok(found)
}

/// The users who can sign in after a restore, for the operator to check. A backup may contain users
/// who have been deactivated since, and gatekeepers who have lost this role since.
pub async fn after_restore(connect: &PgConnectOptions) -> Result<String, DatabaseError> {
    let people = sqlx::query!(
        "select display_name, email, gatekeeper from org.users
        where active and kind = 'person'
        order by gatekeeper desc, display_name_key"
    )
    .fetch_all(&operator_pool(connect, "kreis_org"))
    .await?;
    let mut said = "every session, open invitation and key of a service account has ended, and \
                    these users are active in the backup; deactivate those who have left since:"
        .to_owned();
    for person in people {
        let role = if person.gatekeeper {
            ", gatekeeper"
        } else {
            ""
        };
        write!(said, "\n  {} <{}>{role}", person.display_name, person.email).ok();
    }
    Ok(said)
}
