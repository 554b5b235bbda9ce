//! The types of auth, and the rules that need no database.

mod account;
mod email_key;
mod guess_limit;
mod inputs;
mod invitation;
mod known_browsers;
mod mail;
mod mail_text;
mod password_policy;
mod provider_identity;
mod refresh_token;
mod revocation;
mod service_key;
mod session;
mod session_id;
mod setup;
mod sign_in_log;
mod sign_on;

pub(crate) use kreis_server::id::{CircleId, UserId};

pub(crate) use account::{Account, Circle};
pub(crate) use email_key::EmailKey;
pub(crate) use guess_limit::GuessLimit;
pub(crate) use inputs::{
    AcceptInvitation, ChangePassword, CompleteSetup, ConfirmNotices, FinishSignOn, ListSessions,
    ListSignIns, Login,
};
pub(crate) use invitation::{AcceptedLink, Invitation, InvitationHash, InvitationToken};
pub(crate) use known_browsers::{BrowserId, BrowserKeys, KnownBrowser};
pub(crate) use mail::{
    ClaimedMail, MailKind, MailOrganisation, MailOutcome, NewMail, Recipient, SendError,
    WaitingMails, retry_after,
};
pub(crate) use mail_text::{MailText, text_of_mail};
pub(crate) use password_policy::{EasyPassword, Password, PasswordPolicyError};
pub(crate) use provider_identity::{
    EndedSession, IdentityId, NewPerson, ProviderIdentity, ProviderLogout, ProviderName,
    ProviderSession, ProviderTerms,
};
pub(crate) use refresh_token::{RefreshState, RefreshToken, Shown};
pub(crate) use revocation::Revocation;
pub(crate) use service_key::{ExpiringKey, IssuedToken, KeyUse, StoredKey};
pub(crate) use session::{
    Client, NewSession, OpenSession, RenewableSession, Renewal, Session, SignInMethod,
};
pub(crate) use session_id::SessionId;
pub(crate) use setup::{FirstGatekeeper, OrganisationName, PersonName, Setup};
pub(crate) use sign_in_log::{
    Activity, EarlierSignIns, Entry, LOG_LIFETIME, NewEntry, Person, Reason, Refusal, Refusals,
};
pub(crate) use sign_on::{
    CLOCK_LEEWAY, MAX_ATTEMPT, SignOnAttempt, SignOnKeys, SignOnSecret, SpentHash,
};
