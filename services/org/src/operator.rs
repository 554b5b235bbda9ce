//! The operator's commands. They work on the same tables and by the same rules as the running
//! services, with a pool that connects as `kreis_org`.

pub mod service_accounts;

use kreis_database::{Database, DatabaseError};
use kreis_service::names;

use crate::{
    domain::users,
    error::Error,
    model::{FieldError, NewUser, UserFields, UserId},
    store::{Pool, Store},
};

/// A user to create.
#[derive(Debug, Clone)]
pub struct NewUserInput {
    /// First name, 1 to 100 characters.
    pub first_name: String,
    /// Last name, 1 to 100 characters.
    pub last_name: String,
    /// The name that others see; absent for the first and last name together.
    pub display_name: Option<String>,
    /// E-mail for signing in.
    pub email: String,
    /// Whether the user is a gatekeeper.
    pub gatekeeper: bool,
}

/// Why a command did nothing, as sentences for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// Fields break rules. Has all rules that are broken, separated by `; `.
    #[error("{0}")]
    Fields(String),
    /// A rule of the organisation forbids it.
    #[error("{0}")]
    Refused(String),
    /// The database could not be used.
    #[error("the database could not be used: {0}")]
    Database(#[from] DatabaseError),
}

/// Creates a user without a password and returns their id. The entry in the change log has no
/// actor.
pub async fn add_user(pool: &Pool, new: NewUserInput) -> Result<i64, OperatorError> {
    let user_fields = UserFields {
        first_name: new.first_name,
        last_name: new.last_name,
        display_name: new.display_name.unwrap_or_default(),
        email: new.email,
        gatekeeper: new.gatekeeper,
        language: String::new(),
    };
    let new = NewUser::parse(&user_fields).map_err(|errors| sentences(&errors))?;
    let user = users::create_by_operator(&store(pool), &new)
        .await
        .map_err(refused)?;
    Ok(user.id.get())
}

/// Id of the user with an e-mail, compared without regard to case and outer space.
pub async fn find_user_by_email(pool: &Pool, email: &str) -> Result<Option<i64>, OperatorError> {
    let user = store(pool).user_id_by_email(&names::key(email)).await?;
    Ok(user.map(UserId::get))
}

/// Deletes at most so many calls with a `request_id` that are older than seven days. Returns how
/// many.
pub async fn purge_requests(pool: &Pool, at_most: i64) -> Result<u64, DatabaseError> {
    store(pool).purge_requests(at_most).await
}

fn store(pool: &Pool) -> Store {
    Store::new(Database::with_single_pool(pool.clone()))
}

fn sentences(errors: &[FieldError]) -> OperatorError {
    let sentences: Vec<String> = errors
        .iter()
        .map(|error| format!("the {} {}", error.field.replace('_', " "), error.rule))
        .collect();
    OperatorError::Fields(sentences.join("; "))
}

fn refused(error: Error) -> OperatorError {
    match error {
        Error::Database(error) => error.into(),
        refusal => OperatorError::Refused(refusal.to_string()),
    }
}
