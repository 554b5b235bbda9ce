//! Users: creating and changing them, and unique names and e-mails.

use std::collections::BTreeSet;

use kreis_proto::org::v1::{
    CreateUserRequest, DeactivateUserRequest, GetMeRequest, ReactivateUserRequest,
    UpdateUserRequest, User, UserState,
};
use kreis_tests::{Answered, Refused, Stack, people::new_user, raw::RawClient};
use prost::{
    Message,
    encoding::{encode_varint, string},
};
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn a_created_user_is_invited_and_all_users_can_read_it() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let outsider = stack.outsider().await;
    let created = gatekeeper
        .create_user(CreateUserRequest {
            first_name: " Anna\u{a0} Maria ".to_owned(),
            last_name: "Ko\u{308}hler".to_owned(),
            display_name: String::new(),
            email: " Anna@Example.org ".to_owned(),
            gatekeeper: true,
            request_id: String::new(),
            language: "de".to_owned(),
        })
        .await
        .unwrap();
    assert_eq!(created.first_name, "Anna Maria");
    assert_eq!(created.last_name, "Köhler");
    assert_eq!(created.display_name, "Anna Maria Köhler");
    assert_eq!(created.email, "Anna@Example.org");
    assert_eq!(created.state(), UserState::Invited);
    assert!(created.gatekeeper);
    assert_eq!(created.circles, []);
    assert_eq!(outsider.user(created.id).await.unwrap(), created);

    let me = outsider
        .users()
        .get_me(outsider.request(GetMeRequest {}))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(me.user.unwrap().id, outsider.user_id);
    let organisation = me.organisation.unwrap();
    assert_eq!(organisation.time_zone, "Europe/Zurich");
    let today = sqlx::query_scalar!(
        r#"select to_char(now() at time zone 'Europe/Zurich', 'YYYY-MM-DD') as "today!""#
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
    let said = organisation.today.unwrap();
    assert_eq!(
        format!("{}-{:02}-{:02}", said.year, said.month, said.day),
        today
    );

    for unknown in [999_999, i64::MAX] {
        let refused = outsider.user(unknown).await.refused();
        let refused = refused.with(Code::NotFound, "USER_NOT_FOUND");
        assert_eq!(refused.metadata("user_id"), unknown.to_string());
    }
    for impossible in [0, -1, i64::MIN] {
        let refused = outsider.user(impossible).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.fields(), ["user_id"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn emails_and_display_names_are_unique_however_they_are_written() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let first = gatekeeper
        .create_user(new_user("ÄRZTE Netz", "ÄNNE@example.org"))
        .await
        .unwrap();
    let create = async |name: &str, email: &str| {
        let outcome = gatekeeper.create_user(new_user(name, email)).await;
        outcome.refused()
    };
    for email in [
        "änne@example.org",
        "A\u{308}nne@EXAMPLE.org",
        "\u{a0}änne@example.org ",
    ] {
        let refused = create("Somebody", email).await;
        let refused = refused.with(Code::AlreadyExists, "EMAIL_TAKEN");
        assert_eq!(refused.metadata("user_id"), first.id.to_string());
    }
    for name in [
        "ärzte netz",
        "a\u{308}rzte\u{a0}netz",
        "  ÄRZTE \t Netz ",
        "Ärzte\u{2009}NETZ",
    ] {
        let refused = create(name, "somebody@example.org").await;
        let refused = refused.with(Code::AlreadyExists, "DISPLAY_NAME_TAKEN");
        assert_eq!(refused.metadata("user_id"), first.id.to_string());
    }
    // A different letter makes a different name.
    let other = gatekeeper
        .create_user(new_user("Arzte Netz", "anne@example.org"))
        .await
        .unwrap();
    let rename = |display_name: &str, email: Option<&str>| UpdateUserRequest {
        user_id: other.id,
        display_name: Some(display_name.to_owned()),
        email: email.map(str::to_owned),
        ..UpdateUserRequest::default()
    };
    let refused = gatekeeper.update_user(rename("ärzte netz", None)).await;
    refused
        .refused()
        .with(Code::AlreadyExists, "DISPLAY_NAME_TAKEN");
    let refused = gatekeeper
        .update_user(rename("Other", Some("ÄNNE@EXAMPLE.ORG")))
        .await;
    refused.refused().with(Code::AlreadyExists, "EMAIL_TAKEN");
    assert_eq!(gatekeeper.user(other.id).await.unwrap(), other);
    // A user may change the case of their own name.
    let renamed = gatekeeper.update_user(rename("ARZTE netz", None)).await;
    assert_eq!(renamed.unwrap().display_name, "ARZTE netz");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_creations_of_the_same_user_at_once_one_succeeds() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let creations = (0..12).map(|_| gatekeeper.create_user(new_user("Ida", "ida@example.org")));
    let outcomes = futures_util::future::join_all(creations).await;
    let created: Vec<i64> = outcomes
        .iter()
        .filter_map(|outcome| Some(outcome.as_ref().ok()?.id))
        .collect();
    assert_eq!(created.len(), 1, "{outcomes:?}");
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        let refused = outcome.refused();
        assert_eq!(refused.status.code(), Code::AlreadyExists);
        assert_eq!(refused.metadata("user_id"), created[0].to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_break_a_rule_are_all_named_at_once() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let create = async |first: &str, last: &str, display: &str, email: &str| {
        let new = CreateUserRequest {
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            display_name: display.to_owned(),
            email: email.to_owned(),
            gatekeeper: false,
            request_id: "no uuid".to_owned(),
            language: String::new(),
        };
        let refused: Refused = gatekeeper.create_user(new).await.refused();
        let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
        let mut fields = refused.fields();
        fields.sort();
        fields
    };
    let all = [
        "display_name",
        "email",
        "first_name",
        "last_name",
        "request_id",
    ];
    let (long, longer) = ("x".repeat(101), "y".repeat(900_000));
    // A mailbox name has at most 64 characters, and a label of a domain 63.
    let email_of = |length: usize| {
        let label = "x".repeat(63);
        let rest = "x".repeat(length - 64 - 1 - 2 * 64);
        format!("{}@{label}.{label}.{rest}", "x".repeat(64))
    };
    let email = email_of(255);
    for (first, last, display, email) in [
        ("", "", "\u{a0}", ""),
        (" \t ", "\u{2003}", "  ", "anna"),
        (&long, &long, &long, &email),
        ("a\0b", "a\0b", "a\0b", "a\0b@example.org"),
        ("\u{7}", "\u{1b}[0m", "a\u{85}b\u{1}", "@example.org"),
        (&longer, "\0", "\0", "two words@example.org"),
    ] {
        let found = create(first, last, display, email).await;
        assert_eq!(found, all, "{first:.9} {email:.9}");
    }
    let nothing = sqlx::query_scalar!(r#"select count(*) as "users!" from org.users"#);
    assert_eq!(nothing.fetch_one(&stack.sql).await.unwrap(), 1);

    // The longest allowed ones.
    let fitting = CreateUserRequest {
        first_name: "ü".repeat(100),
        last_name: "ß".repeat(100),
        display_name: "🦄".repeat(100),
        email: email_of(254),
        ..CreateUserRequest::default()
    };
    gatekeeper.create_user(fitting).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_leaves_what_is_absent_and_refuses_a_stale_etag() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let created = gatekeeper
        .create_user(new_user("Ida", "ida@example.org"))
        .await
        .unwrap();
    let first_name = |name: &str, etag: &str| UpdateUserRequest {
        user_id: created.id,
        first_name: Some(name.to_owned()),
        etag: etag.to_owned(),
        ..UpdateUserRequest::default()
    };
    let updated = gatekeeper
        .update_user(first_name("Ada", &created.etag))
        .await
        .unwrap();
    assert_ne!(updated.etag, created.etag);
    let expected = User {
        first_name: "Ada".to_owned(),
        etag: updated.etag.clone(),
        update_time: updated.update_time,
        ..created.clone()
    };
    assert_eq!(updated, expected);
    assert_eq!(gatekeeper.user(created.id).await.unwrap(), updated);

    for stale in [created.etag.as_str(), "nonsense", "-1"] {
        let refused = gatekeeper.update_user(first_name("Eda", stale)).await;
        let refused = refused.refused().with(Code::Aborted, "ETAG_MISMATCH");
        assert_eq!(refused.metadata("etag"), updated.etag);
        let deactivate = DeactivateUserRequest {
            user_id: created.id,
            etag: stale.to_owned(),
        };
        let outcome = gatekeeper
            .users()
            .deactivate_user(gatekeeper.request(deactivate))
            .await;
        outcome.refused().with(Code::Aborted, "ETAG_MISMATCH");
        let reactivate = ReactivateUserRequest {
            user_id: created.id,
            etag: stale.to_owned(),
        };
        let outcome = gatekeeper
            .users()
            .reactivate_user(gatekeeper.request(reactivate))
            .await;
        outcome.refused().with(Code::Aborted, "ETAG_MISMATCH");
    }
    // No fields, or the same content: nothing changes, not even the version.
    for same in [first_name("Ada", ""), first_name(" Ada ", &updated.etag)] {
        assert_eq!(gatekeeper.update_user(same).await.unwrap(), updated);
    }
    let refused = gatekeeper.update_user(first_name("", "")).await.refused();
    let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(refused.fields(), ["first_name"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_creation_answers_the_first_ones_result() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let request_id = "8c4c1f0e-6a3c-4a63-9a5e-0e6f3b1c2d4f";
    let with_id = |name: &str| CreateUserRequest {
        request_id: request_id.to_owned(),
        ..new_user(name, "ida@example.org")
    };
    let at_once = (0..6).map(|_| gatekeeper.create_user(with_id("Ida")));
    let created: BTreeSet<i64> = futures_util::future::join_all(at_once)
        .await
        .into_iter()
        .map(|outcome| outcome.unwrap().id)
        .collect();
    assert_eq!(created.len(), 1);
    let first = gatekeeper.create_user(with_id("Ida")).await.unwrap();
    // Although the user has changed since.
    gatekeeper.deactivate(first.id).await.unwrap();
    assert_eq!(gatekeeper.create_user(with_id("Ida")).await.unwrap(), first);
    let refused = gatekeeper.create_user(with_id("Ada")).await.refused();
    refused.with(Code::InvalidArgument, "REQUEST_ID_REUSED");
    // Failures are not kept. The same id from another caller is another request.
    let other = stack.gatekeeper().await;
    let refused = other.create_user(with_id("Ida")).await.refused();
    assert_eq!(refused.status.code(), Code::AlreadyExists);
    let elsewhere = CreateUserRequest {
        email: "ada@example.org".to_owned(),
        ..with_id("Ada")
    };
    let later = other.create_user(elsewhere).await.unwrap();
    assert_ne!(later.id, first.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_name_must_not_look_like_that_of_another_user() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let user_id = gatekeeper
        .create_user(new_user("Anna", "anna@example.org"))
        .await
        .unwrap()
        .id;
    for name in ["Аnna", "An\u{200b}na", "\u{202e}annA"] {
        let update = UpdateUserRequest {
            user_id,
            first_name: Some(name.to_owned()),
            display_name: Some(name.to_owned()),
            email: Some(format!("{name}@example.org")),
            ..UpdateUserRequest::default()
        };
        for answer in [
            gatekeeper
                .create_user(new_user(name, &format!("{name}@example.org")))
                .await,
            gatekeeper.update_user(update).await,
        ] {
            let refused = answer.refused();
            let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
            assert_eq!(refused.fields(), ["first_name", "display_name", "email"]);
        }
    }
    let two = gatekeeper.create_user(new_user("Ben", "a@b@c.org")).await;
    assert_eq!(two.refused().fields(), ["email"]);
    for (number, name) in ["Zoë Müller", "Ñandú", "Анна Каренина", "山田 Taro"]
        .into_iter()
        .enumerate()
    {
        let new = new_user(name, &format!("user{number}@example.org"));
        assert_eq!(
            gatekeeper.create_user(new).await.unwrap().display_name,
            name
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_contract_does_not_name_cannot_be_set() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    // All field numbers of a user and of a table that the request does not have.
    let mut message = new_user("Ida", "ida@example.org").encode_to_vec();
    for tag in 8..=40_u32 {
        encode_varint(u64::from(tag) << 3, &mut message);
        encode_varint(4_242, &mut message);
    }
    for tag in 41..=60 {
        string::encode(tag, &"4242".to_owned(), &mut message);
    }
    let authorization = format!("Bearer {}", gatekeeper.token());
    let answer = RawClient::http2(stack.url())
        .call(
            "/kreis.org.v1.UserService/CreateUser",
            &[("authorization", &authorization)],
            &message,
        )
        .await
        .unwrap();
    answer.outcome().unwrap();
    let row = sqlx::query!(
        r#"select u.id, u.active, u.gatekeeper, u.version, a.uv, a.password_hash,
            u.create_time > now() - interval '1 minute' as "now!"
        from org.users u join auth.accounts a on a.user_id = u.id
        where u.email = 'ida@example.org'"#
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
    assert_eq!(
        (row.id, row.version, row.uv),
        (gatekeeper.user_id + 1, 1, 1)
    );
    assert!(row.active && !row.gatekeeper && row.now);
    assert_eq!(row.password_hash, None);
}
