//! Signing in with a provider: who gets in, and as whom.

use kreis_proto::{
    auth::v1::{SignIn, SignInActivity as Activity, SignInMethod, SignInReason as Reason},
    org::v1::{
        Activity as ChangeActivity, Change, ListChangesRequest, UserState,
        list_changes_request::Scope,
    },
};
use kreis_tests::{
    Actor, Answered, Stack,
    browser::{Browser, message},
    mail_server::MailServer,
    oidc_provider::OidcProvider,
    people::new_user,
    raw::RawAnswer,
    single_sign_on::{HOUSE, person, stack_with},
    stack::StackOptions,
};
use serde_json::json;
use tonic::Code;

use super::{
    mail::{outbox, wait_until_empty},
    sign_in_log::{entries_of, entries_until},
};

const LABEL: (&str, &str) = ("KREIS_OIDC_HOUSE_LABEL", "House & Sons");
const CREATES: (&str, &str) = ("KREIS_OIDC_HOUSE_CREATE_USERS", "on");

const CLAIM: [(&str, &str); 2] = [
    ("KREIS_OIDC_HOUSE_GATEKEEPER_CLAIM", "groups"),
    ("KREIS_OIDC_HOUSE_GATEKEEPER_VALUE", "kreis-gatekeepers"),
];

/// The changes of a user, newest first.
async fn changes_of(gatekeeper: &Actor, user_id: i64) -> Vec<Change> {
    let list = gatekeeper.request(ListChangesRequest {
        scope: Some(Scope::UserId(user_id)),
        ..ListChangesRequest::default()
    });
    let listed = gatekeeper.org_changes().list_changes(list).await;
    listed.unwrap().into_inner().changes
}

pub(super) fn is_refused(answer: &RawAnswer, reason: &str) {
    answer
        .outcome()
        .refused()
        .with(Code::Unauthenticated, reason);
}

fn shorts(entries: &[SignIn]) -> Vec<(Activity, Reason, &str)> {
    let short = |entry: &SignIn| (entry.activity(), entry.reason());
    let entries = entries.iter();
    entries
        .map(|entry| (short(entry).0, short(entry).1, entry.provider.as_str()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verified_email_links_once_and_then_the_subject_counts() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[LABEL]).await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let options = browser.options().await;
    assert_eq!(options.providers.len(), 1);
    assert_eq!(options.providers[0].name, HOUSE);
    assert_eq!(options.providers[0].label, "House & Sons");
    assert!(!options.passwords_off);

    let email = email.to_uppercase();
    let session = browser.sign_on(&provider, person("17", &email)).await;
    assert_eq!(session.user.unwrap().id, user_id);
    let actor = stack.anonymous().with_token(session.access_token);
    let open = actor.sessions(None).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].method(), SignInMethod::SingleSignOn);
    assert_eq!(open[0].provider, "House & Sons");
    browser.renewed().await;

    // The person has another e-mail at the provider by now, which it has not verified.
    let mut other = Browser::on(stack.url());
    let mut changed = person("17", &gatekeeper.me().await.unwrap().email);
    changed["email_verified"] = false.into();
    let session = other.sign_on(&provider, changed).await;
    assert_eq!(session.user.unwrap().id, user_id);

    let entries = entries_of(&gatekeeper, user_id).await;
    let none = Reason::Unspecified;
    let signed_in = (Activity::SignedIn, none, "House & Sons");
    let linked = (Activity::ProviderLinked, none, "House & Sons");
    assert_eq!(shorts(&entries), [linked, signed_in, signed_in]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_email_links_nobody() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[CREATES]).await;
    let (email, _) = stack.person(false).await;
    for verified in [json!(false), json!("false"), json!(null)] {
        for email in [email.as_str(), "nobody@example.org"] {
            let mut claims = person("17", email);
            claims["email_verified"] = verified.clone();
            let mut browser = Browser::on(stack.url());
            let answer = browser.try_sign_on(&provider, claims).await;
            is_refused(&answer, "EMAIL_NOT_VERIFIED");
            assert_eq!(browser.cookie, None);
        }
    }
    let linked = sqlx::query_scalar!(r#"select count(*) as "n!" from auth.linked_identities"#);
    assert_eq!(linked.fetch_one(&stack.sql).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_may_vouch_for_the_emails_of_a_provider_that_verifies_them_silently() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[("KREIS_OIDC_HOUSE_TRUST_EMAILS", "on")]).await;
    let (email, user_id) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    let claims = json!({ "sub": "17", "email": email });
    let session = browser.sign_on(&provider, claims).await;
    assert_eq!(session.user.unwrap().id, user_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_and_deactivated_people_are_refused_alike() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, user_id) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    browser.sign_on(&provider, person("17", &email)).await;
    gatekeeper.deactivate(user_id).await.unwrap();
    let (never_linked, other_id) = stack.person(false).await;
    gatekeeper.deactivate(other_id).await.unwrap();

    let mut texts = Vec::new();
    for (subject, email) in [
        ("17", email.as_str()),
        ("18", never_linked.as_str()),
        ("19", "nobody@example.org"),
    ] {
        let mut browser = Browser::on(stack.url());
        let answer = browser.try_sign_on(&provider, person(subject, email)).await;
        is_refused(&answer, "NO_ACCOUNT");
        texts.push(answer.status().message().to_owned());
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    let entries = entries_until(&gatekeeper, other_id, 1).await;
    let inactive = (Activity::SignInRefused, Reason::UserInactive, HOUSE);
    assert_eq!(shorts(&entries), [inactive]);
    assert_eq!(entries[0].method(), SignInMethod::SingleSignOn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_linked_to_one_account_of_a_provider() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[CREATES]).await;
    let (email, _) = stack.person(false).await;
    let mut browser = Browser::on(stack.url());
    browser.sign_on(&provider, person("17", &email)).await;
    // The provider gave the e-mail to another person.
    let mut other = Browser::on(stack.url());
    let answer = other.try_sign_on(&provider, person("18", &email)).await;
    is_refused(&answer, "NO_ACCOUNT");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_people_become_ordinary_users_if_the_operator_wants_it() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[CREATES]).await;
    let gatekeeper = stack.gatekeeper().await;
    let mut browser = Browser::on(stack.url());
    let session = browser
        .sign_on(&provider, person("17", "ida@example.org"))
        .await;
    let user = session.user.unwrap();
    assert_eq!(user.display_name, "Ida Rossi");
    assert_eq!(user.email, "ida@example.org");
    assert!(!user.gatekeeper);
    let listed = gatekeeper.user(user.id).await.unwrap();
    assert_eq!(listed.first_name, "Ida");
    // Without a password, and able to sign in.
    assert_eq!(listed.state(), UserState::Active);

    // Another person of the same name, and one whose name is no name.
    let mut browser = Browser::on(stack.url());
    let session = browser
        .sign_on(&provider, person("18", "rossi@example.org"))
        .await;
    assert_eq!(session.user.unwrap().display_name, "rossi@example.org");
    let mut nameless = person("19", "b@example.org");
    nameless["given_name"] = "\u{202e}x".into();
    nameless["family_name"] = json!(null);
    let mut browser = Browser::on(stack.url());
    let session = browser.sign_on(&provider, nameless).await;
    let user = session.user.unwrap();
    assert_eq!(
        (user.first_name.as_str(), user.last_name.as_str()),
        ("b", "b")
    );

    let changes = changes_of(&gatekeeper, user.id).await;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].activity(), ChangeActivity::UserCreated);
    assert_eq!(changes[0].changed_by, None);
    assert_eq!(changes[0].provider, HOUSE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_email_creates_no_user() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[CREATES]).await;
    let long = format!("{}@example.org", "x".repeat(250));
    for email in [
        "ida@example.org\r\nBcc: all@example.org",
        "аnna@example.org",
        "ida@@example.org",
        "",
        long.as_str(),
        "a\0b@example.org",
    ] {
        let mut browser = Browser::on(stack.url());
        let answer = browser.try_sign_on(&provider, person("17", email)).await;
        is_refused(&answer, "NO_ACCOUNT");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_makes_a_gatekeeper_and_its_absence_takes_the_role_back() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &CLAIM).await;
    let (email, user_id) = stack.person(false).await;
    let mut claims = person("17", &email);
    claims["groups"] = json!(["all", "kreis"]);
    let mut browser = Browser::on(stack.url());
    let before = browser.sign_on(&provider, claims.clone()).await;
    assert!(!before.user.unwrap().gatekeeper);
    let before = stack.anonymous().with_token(before.access_token);

    claims["groups"] = json!(["all", "kreis-gatekeepers"]);
    let mut browser = Browser::on(stack.url());
    let session = browser.sign_on(&provider, claims.clone()).await;
    assert!(session.user.unwrap().gatekeeper);
    let gatekeeper = stack.anonymous().with_token(session.access_token);
    let created = gatekeeper
        .create_user(new_user("Ben", "ben@example.org"))
        .await;
    created.unwrap();
    // The session with the former role has ended.
    let refused = before.me().await.refused();
    refused.with(Code::Unauthenticated, "UNAUTHENTICATED");
    browser.renewed().await;

    // The last gatekeeper who can sign in stays one.
    claims["groups"] = json!("all");
    let session = browser.sign_on(&provider, claims.clone()).await;
    assert!(session.user.unwrap().gatekeeper);
    let last = stack.anonymous().with_token(session.access_token);

    let second = stack.gatekeeper().await;
    // The provider keeps the claim elsewhere, and so does not say that it is lost.
    let mut elsewhere = claims.clone();
    elsewhere.as_object_mut().unwrap().remove("groups");
    elsewhere["_claim_names"] = json!({ "groups": "src1" });
    let mut other = Browser::on(stack.url());
    let session = other.sign_on(&provider, elsewhere).await;
    assert!(session.user.unwrap().gatekeeper);

    let session = browser.sign_on(&provider, claims).await;
    assert!(!session.user.unwrap().gatekeeper);
    last.me().await.unwrap_err();
    let changes = changes_of(&second, user_id).await;
    let told = changes.iter().map(|change| {
        let by = change
            .changed_by
            .is_none()
            .then_some(change.provider.as_str());
        (by, change.field.as_str(), change.new_text.as_str())
    });
    let told: Vec<_> = told.take(2).collect();
    let by_house = |value| (Some(HOUSE), "gatekeeper", value);
    assert_eq!(told, [by_house("false"), by_house("true")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_a_person_gave_stays_without_the_claim() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &CLAIM).await;
    let gatekeeper = stack.gatekeeper().await;
    let (email, _) = stack.person(true).await;
    let mut browser = Browser::on(stack.url());
    let session = browser.sign_on(&provider, person("17", &email)).await;
    assert!(session.user.unwrap().gatekeeper);

    // The provider gave the role, a person took it, and gave it again.
    let (email, user_id) = stack.person(false).await;
    let mut claims = person("18", &email);
    claims["groups"] = json!("kreis-gatekeepers");
    browser.sign_on(&provider, claims).await;
    gatekeeper.set_gatekeeper(user_id, false).await.unwrap();
    gatekeeper.set_gatekeeper(user_id, true).await.unwrap();
    let session = browser.sign_on(&provider, person("18", &email)).await;
    assert!(session.user.unwrap().gatekeeper);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_id_token_does_not_say_the_user_info_endpoint_does() {
    let provider = OidcProvider::start().await;
    let stack = stack_with(&provider, &[]).await;
    let (email, user_id) = stack.person(false).await;
    provider.fail(|faults| faults.tells_at_user_info = true);
    let mut browser = Browser::on(stack.url());
    let session = browser.sign_on(&provider, person("17", &email)).await;
    assert_eq!(session.user.unwrap().id, user_id);
    // It must tell about the same person.
    provider.fail(|faults| faults.user_info_of = Some("18"));
    let mut browser = Browser::on(stack.url());
    let answer = browser.try_sign_on(&provider, person("17", &email)).await;
    is_refused(&answer, "SIGN_ON_REFUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_providers_let_the_same_user_in() {
    let (first, second) = (OidcProvider::start().await, OidcProvider::start().await);
    let providers = [("first", &first), ("second", &second)];
    let stack = Stack::start_with(StackOptions {
        single_sign_on: OidcProvider::config(&providers, &[]),
        ..StackOptions::default()
    })
    .await;
    let (email, user_id) = stack.person(false).await;
    for (name, provider) in providers {
        let mut browser = Browser::on(stack.url());
        let url = browser.begin(name).await;
        // Each provider gives its own ids, so the same id may be another person.
        let sent = provider.sign_in(&url, person("17", &email));
        let session: kreis_proto::auth::v1::FinishSignOnResponse =
            message(&browser.finish(&sent).await);
        assert_eq!(session.user.unwrap().id, user_id, "{name}");
    }
    let mut browser = Browser::on(stack.url());
    let refused = browser.try_begin("third").await.outcome().refused();
    refused.with(Code::NotFound, "PROVIDER_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_browser_is_told_by_mail_also_if_the_provider_let_it_in() {
    let (mail, provider) = (MailServer::start(), OidcProvider::start().await);
    let stack = Stack::start_with(StackOptions {
        mail: Some(mail.config()),
        single_sign_on: OidcProvider::config(&[(HOUSE, &provider)], &[]),
        ..StackOptions::default()
    })
    .await;
    let (email, _) = stack.person(false).await;
    let mut first = Browser::on(stack.url());
    first.sign_on(&provider, person("17", &email)).await;
    first.sign_on(&provider, person("17", &email)).await;
    let mut second = Browser::on(stack.url());
    second.sign_on(&provider, person("17", &email)).await;
    second.sign_in(&email).await;
    let told = mail.first_mail().await;
    assert_eq!(told.header("Subject"), "New sign-in to kreis");
    wait_until_empty(&stack.sql).await;
    assert_eq!(outbox(&stack.sql).await, ["new_browser sent"]);
}
