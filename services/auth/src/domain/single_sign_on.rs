//! Signing in with a provider, and the end of such sessions.

use std::{sync::Arc, time::Duration};

use chrono::Utc;
use kreis_service::names;

use super::{
    Outbox, RefusalLog, SignIn, TokenIssuer,
    new_browser::{self, SignInPlace},
};
use crate::{
    error::Error,
    model::{
        Account, Activity, Client, EmailKey, FinishSignOn, IdentityId, MAX_ATTEMPT, NewEntry,
        NewPerson, ProviderIdentity, ProviderLogout, ProviderSession, ProviderTerms, Reason,
        Refusal, Session, SignInMethod, SignOnSecret, SpentHash, UserId,
    },
    single_sign_on::{Providers, ReturnedSignOn, SignOnFailure},
    store::{Store, Tx},
};

/// Longest name of a person, in characters, as in org.
const MAX_NAME: usize = 100;

/// How long to wait after the database failed.
const RETRY_WAIT: Duration = Duration::from_secs(1);

/// A person whom a provider has identified for this sign-in.
pub(crate) struct IdentifiedPerson {
    person: ProviderIdentity,
    terms: ProviderTerms,
    spent: SpentHash,
}

/// Asks the provider who the person is. Nothing is stored meanwhile.
pub(crate) async fn identify(
    providers: &Providers,
    refusals: &RefusalLog,
    secret: Option<&SignOnSecret>,
    FinishSignOn {
        state,
        code,
        issuer,
        ..
    }: FinishSignOn,
    client: &Client,
) -> Result<IdentifiedPerson, Error> {
    let Some(ReturnedSignOn { provider, attempt }) = providers.resume(secret, &state) else {
        note(refusals, (Reason::SignOnNotBegun, None), None, client);
        return Err(Error::SignOnRefused);
    };
    let terms = provider.terms();
    let refuse = |reason| note(refusals, (reason, None), Some(&terms.label), client);
    let identified = provider.identify(&attempt, code, &issuer).await;
    let person = identified.map_err(|failure| match failure {
        SignOnFailure::Refused(reason) => {
            refuse(reason);
            Error::SignOnRefused
        }
        SignOnFailure::Unavailable => {
            refuse(Reason::ProviderUnavailable);
            Error::ProviderUnavailable
        }
        SignOnFailure::Overloaded => Error::Overloaded,
    })?;
    Ok(IdentifiedPerson {
        person,
        terms,
        spent: attempt.spent(),
    })
}

/// Begins the session of a person whom a provider has identified. `knows` says whether an account has
/// signed in with the browser before. Also returns the sequence number of the revocation, if the provider
/// gave the person the role of a gatekeeper or took it back.
pub(crate) async fn begin_session(
    store: &Store,
    tokens: &TokenIssuer,
    (outbox, refusals): (&Outbox, &RefusalLog),
    identified: IdentifiedPerson,
    sign_in: SignIn,
    knows: impl Fn(&EmailKey) -> bool,
) -> Result<(Session, Option<i64>), Error> {
    let IdentifiedPerson {
        person,
        terms,
        spent,
    } = identified;
    // Read before the account. So a revocation that the account does not have yet is newer than the
    // token of this time.
    let now = Utc::now();
    let refuse = |reason, user, error| {
        note(
            refusals,
            (reason, user),
            Some(&terms.label),
            &sign_in.client,
        );
        error
    };
    let mut tx = store.begin().await?;
    if !tx.spend(spent, now + MAX_ATTEMPT * 2).await? {
        return Err(refuse(Reason::SignOnNotBegun, None, Error::SignOnRefused));
    }
    let found = find_or_link(&mut tx, &person, &terms, &sign_in.client).await?;
    let (identity, user) = found.map_err(|Refused { reason, user }| {
        let error = match reason {
            Reason::EmailNotVerified => Error::EmailNotVerified,
            _ => Error::NoAccount,
        };
        refuse(reason, user, error)
    })?;
    let inactive = || refuse(Reason::UserInactive, Some(user), Error::NoAccount);
    let active = |account: Option<Account>| account.filter(|account| account.active);
    let mut account = active(tx.account(user).await?).ok_or_else(inactive)?;
    let mut seq = None;
    if let Some(gatekeeper) = person.is_gatekeeper
        && gatekeeper != account.gatekeeper
    {
        let provider = (person.issuer.as_str(), terms.label.as_str());
        seq = tx.set_gatekeeper(user, gatekeeper, provider).await?;
        account = active(tx.account(user).await?).ok_or_else(inactive)?;
    }
    let place = SignInPlace {
        is_known_browser: knows(&EmailKey::from_email(&account.email)),
        renewal: sign_in.renewal,
    };
    let age = new_browser::age(&account);
    let (session, mut stored) = tokens.begin_session(account, sign_in, now)?;
    stored.provider = Some(ProviderSession {
        identity,
        label: terms.label,
        id: person.session,
    });
    tx.insert_session(&stored).await?;
    new_browser::tell(outbox, &mut tx, (user, age), place, &stored).await?;
    tx.log(&NewEntry::signed_in(&stored)).await?;
    tx.end_surplus_sessions(user).await?;
    tx.commit().await?;
    outbox.wake();
    Ok((session, seq))
}

/// Why a person has no user.
struct Refused {
    reason: Reason,
    user: Option<UserId>,
}

/// The user of a person. The provider's id of the person finds the user; the first time the verified
/// e-mail does.
async fn find_or_link(
    tx: &mut Tx,
    person: &ProviderIdentity,
    terms: &ProviderTerms,
    client: &Client,
) -> Result<Result<(IdentityId, UserId), Refused>, Error> {
    let refused = |reason, user| Ok(Err(Refused { reason, user }));
    if let Some(found) = tx.user_of_identity(person).await? {
        return Ok(Ok(found));
    }
    let Some(email) = &person.verified_email else {
        return refused(Reason::EmailNotVerified, None);
    };
    let account = tx.account_by_email(&EmailKey::from_email(email)).await?;
    let user = match account {
        Some(account) if !account.active => {
            return refused(Reason::UserInactive, Some(account.user_id));
        }
        Some(account) => account.user_id,
        None if terms.creates_users => match create(tx, person, email, &terms.label).await? {
            Some(user) => user,
            None => return refused(Reason::UnknownEmail, None),
        },
        None => return refused(Reason::UnknownEmail, None),
    };
    let Some(identity) = tx.link(user, person).await? else {
        return refused(Reason::LinkedToAnother, Some(user));
    };
    let entry = NewEntry {
        provider: Some(&terms.label),
        method: Some(SignInMethod::SingleSignOn),
        ..NewEntry::by_user(Activity::ProviderLinked, user, client)
    };
    tx.log(&entry).await?;
    Ok(Ok((identity, user)))
}

/// Creates a user for a person without one. Absent if the person's e-mail is none that
/// kreis allows, or if another user took it meanwhile.
async fn create(
    tx: &mut Tx,
    person: &ProviderIdentity,
    email: &str,
    provider: &str,
) -> Result<Option<UserId>, Error> {
    let Ok(email) = names::parse_email(email) else {
        return Ok(None);
    };
    let part = email.split('@').next().unwrap_or(&email);
    let name_or_part = |name: &str| {
        let name = names::parse_person_name(name, MAX_NAME);
        name.unwrap_or_else(|_| part.to_owned())
    };
    let new = NewPerson {
        first_name: name_or_part(&person.first_name),
        last_name: name_or_part(&person.last_name),
        email: email.clone(),
    };
    let whole = format!("{} {}", new.first_name, new.last_name);
    // No other user has the e-mail, so its name is free in most cases.
    for display_name in [whole.as_str(), email.as_str()] {
        let Ok(display_name) = names::parse_person_name(display_name, MAX_NAME) else {
            continue;
        };
        if let Some(user) = tx.add_person(&new, &display_name, provider).await? {
            return Ok(Some(user));
        }
    }
    Ok(None)
}

/// Ends the sessions that a provider names. Returns the sequence number of the last revocation, if
/// there was a session.
pub(crate) async fn logout(store: &Store, logout: &ProviderLogout) -> Result<Option<i64>, Error> {
    let spent = SpentHash::of(&["logout", &logout.issuer, &logout.token_id]);
    let mut tx = store.begin().await?;
    if !tx.spend(spent, Utc::now() + MAX_ATTEMPT * 2).await? {
        return Err(Error::LogoutTokenRefused);
    }
    let ended = tx.sessions_of_provider(logout).await?;
    for session in &ended {
        let entry = NewEntry {
            session: Some(&session.id),
            reason: Some(Reason::SignedOutAtProvider),
            ..NewEntry::by_operator(Activity::SessionEnded, session.user)
        };
        tx.log(&entry).await?;
    }
    let mut seq = None;
    for session in &ended {
        let reason = "signed out at the provider";
        seq = Some(
            tx.end_session(&session.id, session.user, None, reason)
                .await?,
        );
    }
    tx.commit().await?;
    Ok(seq)
}

/// Stores the providers of the settings, so that org knows who can sign in.
pub(crate) async fn note_providers(store: Store, issuers: Vec<String>) {
    // Readiness reports that the database fails.
    while store.note_providers(&issuers).await.is_err() {
        tokio::time::sleep(RETRY_WAIT).await;
    }
}

fn note(
    refusals: &RefusalLog,
    (reason, user): (Reason, Option<UserId>),
    provider: Option<&str>,
    client: &Client,
) {
    let refusal = Refusal {
        activity: Activity::SignInRefused,
        reason,
        user,
        method: Some(SignInMethod::SingleSignOn),
        provider: provider.map(Arc::from),
    };
    refusals.note(refusal, client);
}
