//! Keys of service accounts.

use chrono::{TimeDelta, Utc};
use kreis_proto::{
    auth::v1::{
        IssueTokenRequest, Session, SignIn, SignInActivity as Activity, SignInMethod,
        SignInReason as Reason,
    },
    org::v1::ServiceAccess,
};
use kreis_service::service_key::ServiceKey;
use kreis_tests::{Actor, Answered, Stack, service_accounts::new_service_account};
use tonic::{Code, Status};

use super::{service_accounts::is_refused_soon, sign_in_log::entries_until};

/// The refusal of a key, as a caller sees it but for the call id.
pub(super) async fn refusal(actor: &Actor, key: &str) -> (Code, String) {
    let issue = IssueTokenRequest {
        key: key.to_owned(),
    };
    let status: Status = actor.auth().issue_token(issue).await.unwrap_err();
    let refused = Err::<(), Status>(status.clone()).refused();
    refused.with(Code::Unauthenticated, "SERVICE_KEY_REFUSED");
    (status.code(), status.message().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_refused_alike_whatever_is_wrong_with_it() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let new = new_service_account("Payroll", ServiceAccess::Write, &[]);
    let account = gatekeeper.create_service_account(new).await.unwrap();
    let add = || gatekeeper.add_service_key(account.id);

    let removed = add().await.unwrap();
    let id = removed.service_account.unwrap().keys[0].id;
    gatekeeper.remove_service_key(id).await.unwrap();
    let expired = add().await.unwrap().key;
    sqlx::query!(
        "update auth.service_keys
        set create_time = now() - interval '90 days', expire_time = now() - interval '1 second'"
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    let good = add().await.unwrap().key;
    let unknown = ServiceKey::random().unwrap();
    let mut changed = good.clone();
    let last = changed.pop().unwrap();
    changed.push(if last == 'x' { 'y' } else { 'x' });

    let anonymous = stack.anonymous();
    let expected = refusal(&anonymous, unknown.text()).await;
    let long = "x".repeat(5_000);
    for key in [&removed.key, &expired, &changed, &long, "", "kreis_sa_"] {
        assert_eq!(refusal(&anonymous, key).await, expected, "{key}");
    }
    anonymous.sign_in_with_key(&good).await.unwrap();
    gatekeeper.remove_service_account(account.id).await.unwrap();
    assert_eq!(refusal(&anonymous, &good).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_changes_to_its_next_key_without_a_pause() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let new = new_service_account("Payroll", ServiceAccess::Write, &[]);
    let account = gatekeeper.create_service_account(new).await.unwrap();
    let first = gatekeeper.add_service_key(account.id).await.unwrap();
    let second = gatekeeper.add_service_key(account.id).await.unwrap();
    let refused = gatekeeper
        .add_service_key(account.id)
        .await
        .map(drop)
        .refused();
    refused.with(Code::FailedPrecondition, "TOO_MANY_SERVICE_KEYS");

    let anonymous = stack.anonymous();
    let with_first = anonymous.sign_in_with_key(&first.key).await.unwrap();
    let with_second = anonymous.sign_in_with_key(&second.key).await.unwrap();
    let used = gatekeeper.list_service_accounts().await.unwrap();
    for key in &used[0].keys {
        assert!(key.first_use_time.is_some() && key.last_use_time.is_some());
    }
    // Each key has one session, however many tokens it gave.
    anonymous.sign_in_with_key(&second.key).await.unwrap();
    let sessions = gatekeeper.sessions(Some(account.id)).await.unwrap();
    let methods: Vec<SignInMethod> = sessions.iter().map(Session::method).collect();
    assert_eq!(methods, [SignInMethod::ServiceKey; 2]);

    let first_id = first.service_account.unwrap().keys[0].id;
    let left = gatekeeper.remove_service_key(first_id).await.unwrap();
    assert_eq!(left.keys.len(), 1);
    is_refused_soon(&with_first).await;
    with_second.me().await.unwrap();
    let again = gatekeeper.remove_service_key(first_id).await.refused();
    again.with(Code::NotFound, "SERVICE_KEY_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_sign_ins_has_the_first_use_of_a_key_its_end_and_what_was_refused() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let new = new_service_account("Payroll", ServiceAccess::Write, &[]);
    let account = gatekeeper.create_service_account(new).await.unwrap();
    let added = gatekeeper.add_service_key(account.id).await.unwrap();
    let anonymous = stack.anonymous();
    anonymous.sign_in_with_key(&added.key).await.unwrap();
    anonymous.sign_in_with_key(&added.key).await.unwrap();
    sqlx::query!(
        "update auth.service_keys set create_time = now() - interval '90 days', expire_time = now()"
    )
    .execute(&stack.sql)
    .await
    .unwrap();
    refusal(&anonymous, &added.key).await;
    entries_until(&gatekeeper, account.id, 2).await;
    let id = added.service_account.unwrap().keys[0].id;
    sqlx::query!("update auth.service_keys set expire_time = now() + interval '1 day'")
        .execute(&stack.sql)
        .await
        .unwrap();
    gatekeeper.remove_service_key(id).await.unwrap();

    let mut entries = entries_until(&gatekeeper, account.id, 3).await;
    entries.sort_by_key(|entry| entry.id);
    let short = |entry: &SignIn| {
        let actor = entry.actor.as_ref().map(|actor| actor.user_id);
        (entry.activity(), entry.reason(), entry.method(), actor)
    };
    let (by_key, by_nothing) = (SignInMethod::ServiceKey, SignInMethod::Unspecified);
    let expected = [
        (Activity::SignedIn, Reason::Unspecified, by_key, None),
        (Activity::SignInRefused, Reason::KeyExpired, by_key, None),
        (
            Activity::SessionEnded,
            Reason::KeyRemoved,
            by_nothing,
            Some(gatekeeper.user_id),
        ),
    ];
    assert_eq!(entries.iter().map(short).collect::<Vec<_>>(), expected);
    assert_eq!(entries[0].session_id, entries[2].session_id);
    assert!(entries.iter().all(|entry| entry.service_account));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_stored_as_a_hash_and_gives_tokens_until_it_expires() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let new = new_service_account("Payroll", ServiceAccess::Write, &[]);
    let account = gatekeeper.create_service_account(new).await.unwrap();
    let added = gatekeeper.add_service_key(account.id).await.unwrap();
    let state = &added.service_account.unwrap().keys[0];
    let expire = state.expire_time.unwrap().seconds;
    let expected = (Utc::now() + TimeDelta::days(90)).timestamp();
    assert!((expire - expected).abs() < 60, "{expire}, not {expected}");
    assert!(added.key.starts_with(&state.hint));

    let stored = sqlx::query!("select key_hash, hint from auth.service_keys")
        .fetch_one(&stack.sql)
        .await
        .unwrap();
    let key = ServiceKey::parse(&added.key).unwrap();
    assert_eq!(stored.key_hash, key.hash());
    assert_eq!(stored.hint.len(), "kreis_sa_".len() + 4);

    // The token of a key that expires soon ends with it.
    sqlx::query!("update auth.service_keys set expire_time = now() + interval '60 seconds'")
        .execute(&stack.sql)
        .await
        .unwrap();
    let issue = IssueTokenRequest { key: added.key };
    let issued = stack.anonymous().auth().issue_token(issue).await.unwrap();
    let seconds = issued.into_inner().expires_in_seconds;
    assert!((50..=60).contains(&seconds), "{seconds}");
}
