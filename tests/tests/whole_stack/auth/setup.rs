//! The first start: the printed link makes the first gatekeeper.

use kreis_auth::operator::{SetupLink, make_setup_link};
use kreis_proto::{
    auth::v1::{
        CompleteSetupRequest, CompleteSetupResponse, GetSetupRequest, GetSetupResponse,
        SessionRenewal, SignIn, SignInActivity as Activity,
    },
    org::v1::GetMeRequest,
};
use kreis_tests::{
    Actor, Answered, Stack,
    stack::{PASSWORD, channel},
};
use tonic::{Code, Status};

use super::sign_in_log;

const EMAIL: &str = "greta@example.org";

async fn link(stack: &Stack) -> SetupLink {
    let link = make_setup_link(&stack.sql).await.unwrap();
    link.expect("there is no user yet")
}

fn setup(token: &str) -> CompleteSetupRequest {
    CompleteSetupRequest {
        setup_token: token.to_owned(),
        first_name: " Greta ".into(),
        last_name: "Keller".into(),
        email: EMAIL.into(),
        password: PASSWORD.into(),
        organisation_name: "Verein Quartier".into(),
        time_zone: "America/New_York".into(),
        renewal: SessionRenewal::Token.into(),
    }
}

async fn open(stack: &Stack, token: &str) -> Result<GetSetupResponse, Status> {
    let get = GetSetupRequest {
        setup_token: token.to_owned(),
    };
    let answer = stack.anonymous().auth().get_setup(get).await?;
    Ok(answer.into_inner())
}

async fn complete(
    stack: &Stack,
    setup: CompleteSetupRequest,
) -> Result<CompleteSetupResponse, Status> {
    let answer = stack.anonymous().auth().complete_setup(setup).await?;
    Ok(answer.into_inner())
}

/// Fails unless the link is refused, for reading it and for using it.
async fn opens_nothing(stack: &Stack, token: &str) {
    let opened = open(stack, token).await.map(drop).refused();
    opened.with(Code::Unauthenticated, "INVITATION_REFUSED");
    let used = complete(stack, setup(token)).await.map(drop).refused();
    used.with(Code::Unauthenticated, "INVITATION_REFUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_link_names_the_organisation_and_is_its_first_gatekeeper() {
    let stack = Stack::start().await;
    let link = link(&stack).await;
    // Opening it never uses it up.
    for _ in 0..3 {
        let opened = open(&stack, &link.token).await.unwrap();
        assert_eq!(opened.time_zone, "Europe/Zurich");
        assert_eq!(opened.organisation_name, "");
    }
    let session = complete(&stack, setup(&link.token)).await.unwrap();
    let user = session.user.unwrap();
    assert!(user.gatekeeper);
    assert_eq!((&*user.display_name, &*user.email), ("Greta Keller", EMAIL));
    opens_nothing(&stack, &link.token).await;

    let anonymous = stack.anonymous();
    anonymous.refresh(&session.refresh_token).await.unwrap();
    let greta = anonymous.sign_in(EMAIL, PASSWORD).await.unwrap();
    let me = greta.request(GetMeRequest {});
    let organisation = greta.users().get_me(me).await.unwrap().into_inner();
    let organisation = organisation.organisation.unwrap();
    assert_eq!(organisation.name, "Verein Quartier");
    assert_eq!(organisation.time_zone, "America/New_York");
    let logged = sign_in_log::entries_of(&greta, user.id).await;
    let activities: Vec<Activity> = logged.iter().map(SignIn::activity).collect();
    assert_eq!(
        activities,
        [
            Activity::InvitationAccepted,
            Activity::SignedIn,
            Activity::SignedIn
        ]
    );
    let changes = sqlx::query_scalar!("select activity from org.changes order by id");
    assert_eq!(
        changes.fetch_all(&stack.sql).await.unwrap(),
        ["user_created", "invitation_accepted"]
    );
    assert!(make_setup_link(&stack.sql).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_void_after_a_day_after_the_next_start_and_once_there_is_a_user() {
    let stack = Stack::start().await;
    let first = link(&stack).await;
    let second = link(&stack).await;
    opens_nothing(&stack, &first.token).await;
    open(&stack, &second.token).await.unwrap();
    let day = second.expire_time - chrono::Utc::now();
    assert!((23..=24).contains(&day.num_hours()), "{day}");
    sqlx::query!("update auth.setup_link set expire_time = clock_timestamp()")
        .execute(&stack.sql)
        .await
        .unwrap();
    opens_nothing(&stack, &second.token).await;

    let third = link(&stack).await;
    // As by `kreis user add`; even a user who may do nothing.
    stack.person(false).await;
    opens_nothing(&stack, &third.token).await;
    for text in ["", "x", &third.token[1..], &"A".repeat(43)] {
        opens_nothing(&stack, text).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_never_has_the_token_of_the_link() {
    let stack = Stack::start().await;
    let link = link(&stack).await;
    let row = sqlx::query_scalar!(r#"select to_json(l)::text as "row!" from auth.setup_link l"#);
    let row = row.fetch_one(&stack.sql).await.unwrap();
    assert!(!row.contains(link.token.as_str()), "{row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_who_use_the_link_at_once_one_becomes_the_first_gatekeeper() {
    let stack = Stack::start().await;
    let link = link(&stack).await;
    let racers = (0..20).map(|number| {
        let actor = Actor::new(channel(stack.addresses.gateway), None, 0);
        let setup = CompleteSetupRequest {
            email: format!("greta{number}@example.org"),
            last_name: format!("Keller {number}"),
            ..setup(&link.token)
        };
        tokio::spawn(async move { actor.auth().complete_setup(setup).await.map(drop) })
    });
    let mut winners = 0;
    for racer in racers.collect::<Vec<_>>() {
        match racer.await.unwrap() {
            Ok(()) => winners += 1,
            // The queue of hashes may be full.
            Err(status) if status.code() == Code::ResourceExhausted => {}
            refused => {
                let refused = refused.refused();
                refused.with(Code::Unauthenticated, "INVITATION_REFUSED");
            }
        }
    }
    assert_eq!(winners, 1);
    let users = sqlx::query_scalar!(r#"select count(*) as "users!" from org.users"#);
    assert_eq!(users.fetch_one(&stack.sql).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_and_the_link_stays_open() {
    let stack = Stack::start().await;
    let link = link(&stack).await;
    let wrong = CompleteSetupRequest {
        first_name: String::new(),
        last_name: "x".repeat(101),
        email: "greta@example.org\r\nBcc: all@example.org".into(),
        password: "short".into(),
        organisation_name: "\u{202e}Verein".into(),
        time_zone: "Europe/Zürich".into(),
        renewal: 7,
        ..setup(&link.token)
    };
    let refused = complete(&stack, wrong).await.map(drop).refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(
        refused.fields(),
        [
            "first_name",
            "last_name",
            "email",
            "password",
            "organisation_name",
            "time_zone",
            "renewal"
        ]
    );
    let local = "g".repeat(64);
    let domain = "x".repeat(60) + "." + &"y".repeat(60) + "." + &"z".repeat(61) + ".org";
    let long = |extra: &str| format!("{local}@{extra}{domain}");
    assert_eq!(long("").chars().count(), 252);
    let too_long = CompleteSetupRequest {
        email: long("abc"),
        ..setup(&link.token)
    };
    let refused = complete(&stack, too_long).await.map(drop).refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["email"]);
    let easy = CompleteSetupRequest {
        password: "Verein Quartier".into(),
        ..setup(&link.token)
    };
    let refused = complete(&stack, easy).await.map(drop).refused();
    refused.with(Code::InvalidArgument, "PASSWORD_TOO_EASY");
    let longest = CompleteSetupRequest {
        email: long("ab"),
        ..setup(&link.token)
    };
    complete(&stack, longest).await.unwrap();
    let anonymous = stack.anonymous();
    anonymous
        .sign_in(&long("ab"), PASSWORD)
        .await
        .map(drop)
        .unwrap();
}
