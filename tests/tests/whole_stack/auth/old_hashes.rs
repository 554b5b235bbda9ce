//! Hashes of passwords that were made with other parameters than today's.

use argon2::{Argon2, Params, PasswordHasher};
use kreis_tests::{Answered, Stack, stack::PASSWORD};
use sqlx::{Connection, PgConnection};
use tonic::Code;

/// What a hash with the parameters of today begins with.
const TODAY: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// The hash of a password with half of the memory and one pass.
fn old_hash(password: &str) -> String {
    let argon2 = Argon2::from(Params::new(9_728, 1, 1, None).unwrap());
    argon2
        .hash_password(password.as_bytes())
        .unwrap()
        .to_string()
}

async fn set_hash(connection: &mut PgConnection, user_id: i64, hash: &str) {
    sqlx::query!(
        "update auth.accounts set password_hash = $2 where user_id = $1",
        user_id,
        hash
    )
    .execute(connection)
    .await
    .unwrap();
}

/// The hash of a user, and the version that a change of the password raises.
async fn account(stack: &Stack, user_id: i64) -> (String, i64) {
    let row = sqlx::query!(
        r#"select password_hash as "hash!", uv from auth.accounts where user_id = $1"#,
        user_id
    )
    .fetch_one(&stack.sql)
    .await
    .unwrap();
    (row.hash, row.uv)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_hash_is_made_anew_at_the_next_sign_in_and_no_session_ends() {
    let stack = Stack::start().await;
    let (email, user_id) = stack.person(false).await;
    let open = stack.sign_in(&email).await;
    let mut superuser = PgConnection::connect_with(&stack.database).await.unwrap();
    let old = old_hash(PASSWORD);
    set_hash(&mut superuser, user_id, &old).await;
    let before = account(&stack, user_id).await;

    let wrong = stack.anonymous().sign_in(&email, "a wrong password").await;
    let refused = wrong.map(|actor| actor.user_id).refused();
    refused.with(Code::Unauthenticated, "SIGN_IN_REFUSED");
    assert_eq!(account(&stack, user_id).await, before);

    let new = stack.sign_in(&email).await;
    let after = account(&stack, user_id).await;
    assert!(after.0.starts_with(TODAY), "{}", after.0);
    assert_eq!(after.1, before.1);
    for session in [&open, &new] {
        assert_eq!(session.me().await.unwrap().id, user_id);
    }
    let revocations = sqlx::query_scalar!(
        r#"select count(*) as "count!" from auth.revocations where kind <> 'everything'"#
    );
    assert_eq!(revocations.fetch_one(&stack.sql).await.unwrap(), 0);
    // The same password signs in, and the hash stays.
    stack.sign_in(&email).await;
    assert_eq!(account(&stack, user_id).await, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_set_meanwhile_stays() {
    let stack = Stack::start().await;
    let (email, user_id) = stack.person(false).await;
    let mut superuser = PgConnection::connect_with(&stack.database).await.unwrap();
    set_hash(&mut superuser, user_id, &old_hash(PASSWORD)).await;
    let mut setting = superuser.begin().await.unwrap();
    let other = old_hash("another battery staple");
    set_hash(&mut setting, user_id, &other).await;
    let signing_in = tokio::spawn({
        let anonymous = stack.anonymous();
        async move { anonymous.sign_in(&email, PASSWORD).await.map(drop) }
    });
    stack.wait_for_blocked_statement().await;
    setting.commit().await.unwrap();
    signing_in.await.unwrap().unwrap();
    assert_eq!(account(&stack, user_id).await.0, other);
}
