//! Invalid tokens, which all get the same error.

use std::{
    fs,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kreis_tests::{
    Actor, Answered, Stack,
    raw::RawClient,
    stack::{PASSWORD, channel},
};
use serde_json::{Value, json};
use tonic::Code;

/// The longest time until a revocation is known everywhere.
const BOUND: Duration = Duration::from_secs(3);

const GET_ME: &str = "/kreis.org.v1.UserService/GetMe";

/// The actor's token with other claims, signed with the right key.
pub(crate) fn with_claims(stack: &Stack, actor: &Actor, change: impl FnOnce(&mut Value)) -> String {
    let (header, mut claims) = parts(actor.token());
    change(&mut claims);
    sign(stack, &header, &claims)
}

/// Header and claims of a token.
fn parts(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| {
        let json = URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice::<Value>(&json).unwrap_or_default()
    });
    (parts.next().unwrap(), parts.next().unwrap())
}

/// Any header and claims, valid or not, signed with the key of the stack.
fn sign(stack: &Stack, header: &Value, claims: &Value) -> String {
    let key = fs::read_to_string(stack.directory.path().join("signing-key.pem")).unwrap();
    let base64: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::engine::general_purpose::STANDARD
        .decode(base64)
        .unwrap();
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let key = EncodingKey::from_ed_der(&der);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA).unwrap();
    format!("{message}.{signature}")
}

/// Fails unless `GetMe` with these headers gets the common error.
async fn refused_generically(stack: &Stack, what: &str, headers: &[(&str, &str)]) {
    for server in [stack.addresses.gateway, stack.addresses.org] {
        let client = RawClient::http2(format!("http://{server}"));
        let answer = client.call(GET_ME, headers, &[]).await.unwrap();
        let refused = answer.outcome().refused();
        assert_eq!(
            refused.status.code(),
            Code::Unauthenticated,
            "{what}: {:?}",
            refused.status
        );
        let refused = refused.with(Code::Unauthenticated, "UNAUTHENTICATED");
        assert_eq!(
            refused.status.message(),
            "the access token is missing or not acceptable",
            "{what}"
        );
    }
}

async fn bad_token(stack: &Stack, what: &str, token: &str) {
    refused_generically(
        stack,
        what,
        &[("authorization", &format!("Bearer {token}"))],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_a_proper_authorization_header_is_refused() {
    let stack = Stack::start().await;
    let good = format!("Bearer {}", stack.gatekeeper().await.token());
    refused_generically(&stack, "none", &[]).await;
    let two = [
        ("authorization", good.as_str()),
        ("authorization", good.as_str()),
    ];
    refused_generically(&stack, "two", &two).await;
    for header in [
        "Basic Z3JldGE6a2VsbGVy",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "a.b.c",
    ] {
        refused_generically(&stack, header, &[("authorization", header)]).await;
    }
    bad_token(&stack, "20 kB", &"x".repeat(20_000)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_signed_in_another_way_is_refused() {
    let stack = Stack::start().await;
    let (header, claims) = parts(stack.gatekeeper().await.token());
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    for alg in ["none", "None", "NONE", "nOnE"] {
        let mut unsigned = header.clone();
        unsigned["alg"] = alg.into();
        bad_token(
            &stack,
            alg,
            &format!("{}.{}.", encode(&unsigned), encode(&claims)),
        )
        .await;
    }
    // The public key is not secret, so it must not work as a shared secret.
    let public = public_key(&stack);
    let mut confused = Header::new(Algorithm::HS256);
    confused.typ = Some("at+jwt".into());
    confused.kid = header["kid"].as_str().map(str::to_owned);
    let token =
        jsonwebtoken::encode(&confused, &claims, &EncodingKey::from_secret(&public)).unwrap();
    bad_token(&stack, "HS256 with the public key", &token).await;
    for alg in ["RS256", "ES384", "ES256", "HS512"] {
        let mut other = header.clone();
        other["alg"] = alg.into();
        bad_token(&stack, alg, &sign(&stack, &other, &claims)).await;
    }
}

/// The public half of the stack's signing key.
fn public_key(stack: &Stack) -> Vec<u8> {
    let path = stack.directory.path().join("signing-key.pem");
    kreis_auth::signing_keys::SigningKeys::load(&[path])
        .unwrap()
        .public()[0]
        .public_key
        .clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_names_keys_or_demands_understanding_is_refused() {
    let stack = Stack::start().await;
    let (header, claims) = parts(stack.gatekeeper().await.token());
    for (name, value) in [
        ("jku", json!("http://127.0.0.1:9/keys")),
        ("x5u", json!("http://127.0.0.1:9/chain")),
        ("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": "AA"})),
        ("crit", json!(["exp"])),
        ("typ", json!("JWT")),
        ("typ", Value::Null),
        ("kid", Value::Null),
    ] {
        let mut odd = header.clone();
        odd[name] = value.clone();
        bad_token(
            &stack,
            &format!("{name} {value}"),
            &sign(&stack, &odd, &claims),
        )
        .await;
    }
    let mut untyped = header.clone();
    untyped.as_object_mut().unwrap().remove("typ");
    bad_token(&stack, "no typ", &sign(&stack, &untyped, &claims)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_are_missing_or_wrong_are_refused() {
    let stack = Stack::start().await;
    let actor = stack.gatekeeper().await;
    let soon = chrono::Utc::now().timestamp() + 60;
    for (name, value) in [
        ("iss", json!("somebody")),
        ("aud", json!("somebody")),
        ("nbf", json!(soon)),
        ("iat", json!(soon)),
        // It would live longer than an entry of the revocation list.
        ("exp", json!(soon + 3_600)),
        ("sub", json!("everybody")),
        ("uv", json!("1")),
        ("role", json!("king")),
        ("jti", json!("")),
    ] {
        let token = with_claims(&stack, &actor, |claims| claims[name] = value);
        bad_token(&stack, &format!("wrong {name}"), &token).await;
    }
    for name in [
        "iss", "aud", "sub", "exp", "nbf", "iat", "jti", "sid", "uv", "role",
    ] {
        let token = with_claims(&stack, &actor, |claims| {
            claims.as_object_mut().unwrap().remove(name);
        });
        bad_token(&stack, &format!("no {name}"), &token).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_for_five_seconds_past_its_end_and_no_longer() {
    let stack = Stack::start().await;
    let actor = stack.gatekeeper().await;
    let ended = |seconds: i64| {
        let exp = chrono::Utc::now().timestamp() - seconds;
        actor.with_token(with_claims(&stack, &actor, |claims| {
            claims["exp"] = exp.into();
        }))
    };
    let get_me = async |actor: &Actor| {
        actor
            .users()
            .get_me(actor.request(kreis_proto::org::v1::GetMeRequest {}))
            .await
    };
    assert!(get_me(&ended(4)).await.is_ok());
    get_me(&ended(7))
        .await
        .refused()
        .with(Code::Unauthenticated, "TOKEN_EXPIRED");
    // A token that was verified and cached ends too.
    let kept = ended(3);
    assert!(get_me(&kept).await.is_ok());
    tokio::time::sleep(Duration::from_secs(4)).await;
    get_me(&kept)
        .await
        .refused()
        .with(Code::Unauthenticated, "TOKEN_EXPIRED");
}

/// Such tokens can be created in advance with a stolen signing key. Accepting an invitation revokes
/// all tokens that were issued before. (Users of tests have a copied password, which revokes
/// nothing.)
#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_auth_had_not_given_out_does_not_outlive_a_revocation() {
    let stack = Stack::start().await;
    let (_, user_id) = stack.person(false).await;
    let invitation = stack.gatekeeper().await.invite(user_id).await.unwrap();
    let session = stack.anonymous().accept(&invitation, PASSWORD).await;
    let economist = stack.anonymous().with_token(session.unwrap().access_token);
    for uv in [2, 1_000_000] {
        let early = with_claims(&stack, &economist, |claims| {
            // More than twice the allowed difference of clocks ago.
            let iat = claims["iat"].as_i64().unwrap() - 70;
            (claims["iat"], claims["nbf"]) = (iat.into(), iat.into());
            claims["exp"] = (iat + 600).into();
            claims["uv"] = uv.into();
        });
        // Each server learns of the revocation within the same bound.
        let since = Instant::now();
        for server in [stack.addresses.gateway, stack.addresses.org] {
            let early = economist.at(channel(server)).with_token(early.clone());
            while early.me().await.is_ok() {
                assert!(since.elapsed() < BOUND, "version {uv} is let in");
            }
        }
        bad_token(&stack, &format!("version {uv} too early"), &early).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_was_touched_is_refused() {
    let stack = Stack::start().await;
    let actor = stack.gatekeeper().await;
    let good = actor.token();
    bad_token(&stack, "cut", &good[..good.len() - 4]).await;
    bad_token(&stack, "extended", &format!("{good}AAAA")).await;
    let (rest, signature) = good.rsplit_once('.').unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    bytes[7] ^= 1;
    bad_token(
        &stack,
        "flipped",
        &format!("{rest}.{}", URL_SAFE_NO_PAD.encode(bytes)),
    )
    .await;
    // A gatekeeper's signature with a user's claims, and vice versa.
    let other = stack.outsider().await;
    let (_, foreign) = other.token().rsplit_once('.').unwrap();
    bad_token(&stack, "foreign", &format!("{rest}.{foreign}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_unknown_keys_are_refused_and_delay_no_other_call() {
    let stack = Stack::start().await;
    let actor = stack.gatekeeper().await;
    let (header, claims) = parts(actor.token());
    let tasks = (0..10).map(|task| {
        let client = RawClient::http2(stack.url());
        let (header, claims) = (header.clone(), claims.clone());
        tokio::spawn(async move {
            for number in 0..1_000 {
                let mut unknown = header.clone();
                unknown["kid"] = format!("key-{task}-{number}").into();
                let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
                let token = format!("{}.{}.AAAA", encode(&unknown), encode(&claims));
                let authorization = format!("Bearer {token}");
                let headers = [("authorization", authorization.as_str())];
                let answer = client.call(GET_ME, &headers, &[]).await.unwrap();
                assert_eq!(answer.status().code(), Code::Unauthenticated);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let me = actor
        .users()
        .get_me(actor.request(kreis_proto::org::v1::GetMeRequest {}))
        .await;
    assert!(me.is_ok(), "{me:?}");
}

/// A claim of an actor's token, as text.
pub(crate) fn claim(actor: &Actor, name: &str) -> String {
    parts(actor.token()).1[name].as_str().unwrap().to_owned()
}

/// A member of the header of an actor's token, as text.
pub(crate) fn header(actor: &Actor, name: &str) -> String {
    parts(actor.token()).0[name].as_str().unwrap().to_owned()
}
