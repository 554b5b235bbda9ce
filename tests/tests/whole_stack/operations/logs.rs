//! What the servers log, and what they never log.

use std::collections::BTreeMap;

use kreis_proto::{
    auth::v1::{AcceptInvitationRequest, LoginRequest, LogoutRequest},
    org::v1::{GetMeRequest, GetUserRequest},
};
use kreis_tests::{
    people::new_user,
    raw::RawClient,
    server::{EMAIL, PASSWORD, Server},
};
use prost::Message;
use serde_json::Value;
use tonic::Code;

/// Calls with raw bytes. Returns the call id and the code.
async fn call(server: &Server, path: &str, token: &str, message: &impl Message) -> (String, Code) {
    let authorization = format!("Bearer {token}");
    let headers: &[(&str, &str)] = match token {
        "" => &[],
        _ => &[("authorization", &authorization)],
    };
    let answer = RawClient::http2(server.kreis.url.clone())
        .call(path, headers, &message.encode_to_vec())
        .await
        .unwrap();
    let id = answer.headers["kreis-call-id"].to_str().unwrap().to_owned();
    (id, answer.status().code())
}

/// Calls with every outcome: by call id, the expected content of the log line.
async fn calls(server: &Server) -> BTreeMap<String, (&'static str, &'static str, Option<i64>)> {
    const LOGIN: &str = "/kreis.auth.v1.AuthService/Login";
    const ME: &str = "/kreis.org.v1.UserService/GetMe";
    const USER: &str = "/kreis.org.v1.UserService/GetUser";
    const LOGOUT: &str = "/kreis.auth.v1.AuthService/Logout";
    let someone = Some(server.gatekeeper_id);
    let login = |password: &str| LoginRequest {
        email: EMAIL.to_owned(),
        password: password.to_owned(),
        ..LoginRequest::default()
    };
    let actor = server.gatekeeper().await;
    let token = actor.token();
    let nobody = GetUserRequest { user_id: 999_999 };
    let mut expected = BTreeMap::new();
    let mut expect = |(id, code): (String, Code), rpc: &'static str, said: &'static str, user| {
        assert_eq!(format!("{code:?}"), said, "{rpc}");
        expected.insert(id, (rpc.trim_start_matches('/'), said, user));
    };
    expect(
        call(server, LOGIN, "", &login(PASSWORD)).await,
        LOGIN,
        "Ok",
        None,
    );
    expect(
        call(server, LOGIN, "", &login("wrong")).await,
        LOGIN,
        "Unauthenticated",
        None,
    );
    expect(
        call(server, ME, token, &GetMeRequest {}).await,
        ME,
        "Ok",
        someone,
    );
    expect(
        call(server, ME, "", &GetMeRequest {}).await,
        ME,
        "Unauthenticated",
        None,
    );
    expect(
        call(server, USER, token, &nobody).await,
        USER,
        "NotFound",
        someone,
    );
    expect(
        call(server, "/a/path-of.nobody", "", &nobody).await,
        "/unknown",
        "Unimplemented",
        None,
    );
    expect(
        call(server, LOGOUT, token, &LogoutRequest {}).await,
        LOGOUT,
        "Ok",
        someone,
    );
    expected
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_has_one_line_in_json() {
    let server = Server::start(&[("KREIS_LOG_FORMAT", "json")]).await;
    let expected = calls(&server).await;
    let said = server.final_output().await;
    let lines: Vec<Value> = said
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    for (id, (rpc, code, user_id)) in &expected {
        let of_call: Vec<&Value> = lines
            .iter()
            .filter(|line| line["call.id"] == id.as_str())
            .collect();
        assert_eq!(of_call.len(), 1, "{rpc}: {of_call:?}");
        let line = of_call[0];
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["message"], "call");
        assert_eq!(line["server"], "gateway");
        assert_eq!(line["rpc"], *rpc);
        assert_eq!(line["code"], *code);
        assert_eq!(line["user.id"].as_i64(), *user_id, "{line}");
        let duration = line["duration_ms"].as_f64().unwrap();
        assert!(duration > 0.0 && duration < 10_000.0, "{duration}");
    }
    assert!(
        !said.contains("path-of.nobody"),
        "paths of strangers are no news"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_has_one_line_in_text() {
    let server = Server::start(&[]).await;
    let expected = calls(&server).await;
    let said = server.final_output().await;
    for (id, (rpc, code, user_id)) in &expected {
        let of_call: Vec<&str> = said.lines().filter(|line| line.contains(id)).collect();
        assert_eq!(of_call.len(), 1, "{rpc}: {of_call:?}");
        let line = of_call[0];
        let code = format!("code={code}");
        for part in [rpc, code.as_str(), "duration_ms=", " INFO "] {
            assert!(line.contains(part), "{part} in {line}");
        }
        if let Some(user_id) = user_id {
            assert!(line.contains(&format!("user.id={user_id}")), "{line}");
        }
    }
    assert!(!said.contains('\u{1b}'), "colours in a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_logged_however_much_is() {
    for format in ["text", "json"] {
        let server = Server::start(&[("KREIS_LOG", "debug"), ("KREIS_LOG_FORMAT", format)]).await;
        let anonymous = server.anonymous();
        let gatekeeper = server.gatekeeper().await;
        let mut secrets = vec![
            EMAIL.to_owned(),
            PASSWORD.to_owned(),
            gatekeeper.token().to_owned(),
        ];
        for wrong in ["hidden but wrong password", "\u{1b}hidden control"] {
            anonymous
                .sign_in(EMAIL, wrong)
                .await
                .map(|_| ())
                .unwrap_err();
            anonymous
                .sign_in("hidden.nobody@example.org", wrong)
                .await
                .map(|_| ())
                .unwrap_err();
            secrets.push(wrong.trim_start_matches('\u{1b}').to_owned());
        }
        secrets.push("hidden.nobody@example.org".to_owned());
        let ida = gatekeeper
            .create_user(new_user("Ida", "hidden.ida@example.org"))
            .await
            .unwrap();
        secrets.push(ida.email);
        let taken = new_user("Ada", "HIDDEN.ida@example.org");
        gatekeeper.create_user(taken).await.unwrap_err();
        secrets.push("HIDDEN.ida@example.org".to_owned());
        let invitation = gatekeeper.invite(ida.id).await.unwrap();
        anonymous.invitation(&invitation).await.unwrap();
        let accept = AcceptInvitationRequest {
            invitation_token: invitation.clone(),
            password: "hidden password of ida".to_owned(),
            ..AcceptInvitationRequest::default()
        };
        let too_short = anonymous.accept(&invitation, "hidden").await;
        too_short.map(|_| ()).unwrap_err();
        let session = anonymous
            .auth()
            .accept_invitation(accept)
            .await
            .unwrap()
            .into_inner();
        secrets.extend([
            invitation.clone(),
            "hidden password of ida".to_owned(),
            session.access_token.clone(),
        ]);
        anonymous
            .accept(&invitation, "hidden password")
            .await
            .unwrap_err();
        let forged = gatekeeper.with_token("hidden-forged.token");
        forged.me().await.unwrap_err();
        secrets.push("hidden-forged".to_owned());
        let ida = anonymous.with_token(session.access_token);
        ida.sign_out().await.unwrap();
        ida.me().await.unwrap_err();

        let said = server.final_output().await;
        assert!(said.lines().count() > 20, "{said}");
        assert!(said.contains("AuthService/Login"), "{said}");
        for line in said.lines() {
            let lower = line.to_lowercase();
            assert!(!lower.contains("argon2id$"), "{line}");
            for secret in &secrets {
                assert!(!lower.contains(&secret.to_lowercase()), "{secret}: {line}");
                // Also no large part of a token.
                let part = &secret[secret.len().saturating_sub(24)..];
                assert!(!line.contains(part), "{part}: {line}");
            }
        }
    }
}
