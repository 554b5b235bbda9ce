//! The language of a user.

use kreis_proto::org::v1::{CreateUserRequest, UpdateUserRequest};
use kreis_tests::{Answered, Stack, people::new_user, stack::PASSWORD};
use tonic::Code;

#[tokio::test(flavor = "multi_thread")]
async fn a_user_chooses_their_language_and_every_answer_has_it() {
    let stack = Stack::start().await;
    let (email, user_id) = stack.person(false).await;
    let person = stack.sign_in(&email).await;
    let before = person.me().await.unwrap();
    assert_eq!(before.language, "");
    person.set_language("fr").await.unwrap();
    let after = person.me().await.unwrap();
    assert_eq!(after.language, "fr");
    // A gatekeeper who edits the user at the moment is not disturbed.
    assert_eq!(after.etag, before.etag);
    let gatekeeper = stack.gatekeeper().await;
    assert_eq!(gatekeeper.user(user_id).await.unwrap().language, "fr");
    let begun = stack.anonymous().begin_session(&email, PASSWORD).await;
    assert_eq!(begun.unwrap().user.unwrap().language, "fr");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gatekeeper_chooses_the_language_of_a_new_user_and_changes_it() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    let new = CreateUserRequest {
        language: "it".to_owned(),
        ..new_user("Ida", "ida@example.org")
    };
    let user = gatekeeper.create_user(new).await.unwrap();
    assert_eq!(user.language, "it");
    let update = |language: Option<&str>| UpdateUserRequest {
        user_id: user.id,
        language: language.map(ToOwned::to_owned),
        ..UpdateUserRequest::default()
    };
    let kept = gatekeeper.update_user(update(None)).await.unwrap();
    assert_eq!(kept.language, "it");
    let changed = gatekeeper.update_user(update(Some("de"))).await.unwrap();
    assert_eq!(changed.language, "de");
    let logged = sqlx::query!(
        "select field, old_text, new_text from org.changes
        where user_id = $1 and activity = 'user_updated'",
        user.id
    );
    let logged = logged.fetch_one(&stack.sql).await.unwrap();
    let logged = (&*logged.field, &*logged.old_text, &*logged.new_text);
    assert_eq!(logged, ("language", "it", "de"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_kreis_does_not_speak_is_refused() {
    let stack = Stack::start().await;
    let gatekeeper = stack.gatekeeper().await;
    for tag in ["es", "DE", "de-CH", " de", "\0", &"x".repeat(5_000)] {
        let new = CreateUserRequest {
            language: tag.to_owned(),
            ..new_user("Ida", "ida@example.org")
        };
        let update = UpdateUserRequest {
            user_id: gatekeeper.user_id,
            language: Some(tag.to_owned()),
            ..UpdateUserRequest::default()
        };
        for refused in [
            gatekeeper.create_user(new).await.map(drop).refused(),
            gatekeeper.update_user(update).await.map(drop).refused(),
            gatekeeper.set_language(tag).await.refused(),
        ] {
            let refused = refused.with(Code::InvalidArgument, "INVALID_FIELDS");
            assert_eq!(refused.fields(), ["language"]);
        }
    }
    let refused = gatekeeper.set_language("").await.refused();
    refused.with(Code::InvalidArgument, "INVALID_FIELDS");
}
