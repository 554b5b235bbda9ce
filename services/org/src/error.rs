//! The errors of org.

use kreis_database::DatabaseError;
use kreis_service::{expected_version::VersionMismatch, idempotency::ReplayError};

use crate::model::{CircleId, CircleUse, MAX_SERVICE_ACCOUNTS, ServiceKeyId, UserId};

/// Every error that a call can end with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no such user")]
    UserNotFound(UserId),
    #[error("there is no such circle")]
    CircleNotFound(CircleId),
    /// `user` is absent if that user has just given up the e-mail.
    #[error("another user has this e-mail")]
    EmailTaken { user: Option<UserId> },
    /// `user` is absent if that user has just given up the name.
    #[error("another user has this display name")]
    DisplayNameTaken { user: Option<UserId> },
    /// `circle` is absent if that circle has just been renamed.
    #[error("another circle has this name")]
    CircleNameTaken { circle: Option<CircleId> },
    #[error("no gatekeeper would be left to define KPIs and invite users")]
    LastGatekeeper,
    #[error("the user is deactivated, reactivate them first")]
    UserInactive(UserId),
    #[error("the circle has {}", .0.as_str())]
    CircleInUse(CircleUse),
    #[error("there is no such service account")]
    ServiceAccountNotFound(UserId),
    #[error("there is no such key")]
    ServiceKeyNotFound(ServiceKeyId),
    #[error("the owner of a service account must be an active gatekeeper")]
    OwnerRefused(UserId),
    #[error("the service account has two keys already, remove one first")]
    TooManyServiceKeys,
    #[error("there are {MAX_SERVICE_ACCOUNTS} service accounts already, remove one first")]
    TooManyServiceAccounts,
    #[error(transparent)]
    VersionMismatch(#[from] VersionMismatch),
    #[error("the caller's token has ended meanwhile")]
    TokenRevoked,
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error("the system gives no random numbers")]
    NoRandomness,
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
