//! A provider for single sign-on that a test can make fail. It speaks OpenID Connect over real sockets
//! and signs with a real key. The browser tests use another one, npm's `oidc-provider`.

mod signing_key;

use std::{
    collections::{BTreeMap, HashMap},
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard},
};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use chrono::Utc;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Collected, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use kreis_auth::SingleSignOnConfig;
use kreis_server::config::Settings;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};
use url::Url;
use uuid::Uuid;

use self::signing_key::Key;

/// The name by which the provider knows kreis.
pub const CLIENT_ID: &str = "kreis";
const CLIENT_SECRET: &str = "a secret of the client";
/// The address of kreis that the settings name.
pub const PUBLIC_URL: &str = "https://kreis.example.org";

/// A running provider.
pub struct OidcProvider {
    /// Its address, as its tokens name it.
    pub issuer: String,
    state: Arc<Mutex<State>>,
    server: JoinHandle<()>,
}

/// How the provider signs ID tokens.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// With the key that it publishes.
    #[default]
    Right,
    /// With a key that it does not publish.
    HiddenKey,
    /// With the secret of the client, as everybody can who knows it.
    ClientSecret,
    /// Not at all.
    Nothing,
}

/// How the provider behaves.
#[derive(Default)]
pub struct Faults {
    /// Seconds by which its clock is ahead.
    pub clock_ahead: i64,
    /// Claims of ID tokens that replace the right ones; null removes one.
    pub claims: HashMap<&'static str, Value>,
    /// The path whose answer has a megabyte.
    pub huge: Option<&'static str>,
    /// The path that never answers.
    pub hangs: Option<&'static str>,
    /// How it signs ID tokens.
    pub signing: Signing,
    /// ID tokens have no e-mail and no name; the `UserInfo` endpoint tells them.
    pub tells_at_user_info: bool,
    /// The person about whom the `UserInfo` endpoint tells instead.
    pub user_info_of: Option<&'static str>,
}

struct State {
    issuer: String,
    key: Key,
    faults: Faults,
    /// What each code stands for.
    codes: HashMap<String, Code>,
    /// The persons of the access tokens.
    tokens: HashMap<String, Value>,
    /// How often each path was asked.
    asked: HashMap<String, usize>,
}

struct Code {
    nonce: String,
    challenge: String,
    redirect_uri: String,
    person: Value,
}

/// What the provider sends back with the browser.
#[derive(Debug, Clone)]
pub struct SentBack {
    /// Parameter `state`.
    pub state: String,
    /// Parameter `code`.
    pub code: String,
    /// Parameter `iss`.
    pub issuer: String,
}

impl OidcProvider {
    /// Starts a provider on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State {
            issuer: issuer.clone(),
            key: Key::generate(),
            faults: Faults::default(),
            codes: HashMap::new(),
            tokens: HashMap::new(),
            asked: HashMap::new(),
        }));
        let shared = Arc::clone(&state);
        let server = tokio::spawn(async move {
            // They end with the provider.
            let mut connections = JoinSet::new();
            loop {
                let Ok((socket, _)) = listener.accept().await else {
                    return;
                };
                let state = Arc::clone(&shared);
                let service = service_fn(move |request| respond(Arc::clone(&state), request));
                connections.spawn(async move {
                    let socket = TokioIo::new(socket);
                    let _ = http1::Builder::new()
                        .serve_connection(socket, service)
                        .await;
                });
            }
        });
        Self {
            issuer,
            state,
            server,
        }
    }

    /// The settings of providers by name, each with what differs from the usual.
    #[must_use]
    pub fn config(
        providers: &[(&str, &Self)],
        settings: &[(&str, &str)],
    ) -> Option<SingleSignOnConfig> {
        let names: Vec<&str> = providers.iter().map(|(name, _)| *name).collect();
        let mut map = BTreeMap::from([
            ("KREIS_OIDC_PROVIDERS".to_owned(), names.join(",")),
            ("KREIS_PUBLIC_URL".to_owned(), PUBLIC_URL.to_owned()),
        ]);
        for (name, provider) in providers {
            let name = name.to_ascii_uppercase();
            for (setting, value) in [
                ("ISSUER", provider.issuer.as_str()),
                ("CLIENT_ID", CLIENT_ID),
                ("CLIENT_SECRET", CLIENT_SECRET),
            ] {
                map.insert(format!("KREIS_OIDC_{name}_{setting}"), value.to_owned());
            }
        }
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        map.extend(settings.iter().map(owned));
        let mut settings = Settings::from_map(map);
        let config = SingleSignOnConfig::from_settings(&mut settings);
        settings.finish().expect("the settings are right");
        config
    }

    /// Changes how the provider behaves.
    pub fn fail(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut self.lock().faults);
    }

    /// Behaves well again.
    pub fn heal(&self) {
        self.lock().faults = Faults::default();
    }

    /// Replaces the key with a new one.
    pub fn rotate_key(&self) {
        self.lock().key = Key::generate();
    }

    /// How often a path was asked.
    #[must_use]
    pub fn asked(&self, path: &str) -> usize {
        self.lock().asked.get(path).copied().unwrap_or_default()
    }

    /// Stops it, as for a restart.
    pub fn stop(&self) {
        self.server.abort();
    }

    /// A person signs in on the provider's page, with these claims.
    #[must_use]
    pub fn sign_in(&self, authorization_url: &str, person: Value) -> SentBack {
        let url: Url = authorization_url.parse().expect("a URL");
        let parameters: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(parameters["response_type"], "code");
        assert_eq!(parameters["client_id"], CLIENT_ID);
        assert_eq!(parameters["code_challenge_method"], "S256");
        assert!(parameters["scope"].contains("openid"));
        let code = Uuid::new_v4().to_string();
        let stands_for = Code {
            nonce: parameters["nonce"].clone(),
            challenge: parameters["code_challenge"].clone(),
            redirect_uri: parameters["redirect_uri"].clone(),
            person,
        };
        self.lock().codes.insert(code.clone(), stands_for);
        SentBack {
            state: parameters["state"].clone(),
            code,
            issuer: self.issuer.clone(),
        }
    }

    /// A logout token with claims that replace the right ones; null removes one.
    #[must_use]
    pub fn logout_token(&self, claims: &[(&str, Value)]) -> String {
        let now = Utc::now().timestamp();
        let mut all = json!({
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 120,
            "jti": Uuid::new_v4().to_string(),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        for (name, value) in claims {
            replace(&mut all, name, value.clone());
        }
        self.lock().key.sign(&all, "logout+jwt")
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics with it")
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn respond(
    state: Arc<Mutex<State>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let authorization = request.headers().get(header::AUTHORIZATION);
    let authorization = authorization
        .and_then(|text| text.to_str().ok())
        .map(str::to_owned);
    let body = request.into_body().collect().await;
    let body = body.map(Collected::to_bytes).unwrap_or_default();
    let (hangs, huge) = {
        let mut state = state.lock().expect("no test panics with it");
        *state.asked.entry(path.clone()).or_default() += 1;
        let faults = &state.faults;
        let is = |fault: Option<&str>| fault == Some(path.as_str());
        (is(faults.hangs), is(faults.huge))
    };
    if hangs {
        return std::future::pending().await;
    }
    let mut state = state.lock().expect("no test panics with it");
    let authorization = authorization.unwrap_or_default();
    let (status, mut answer) = match path.as_str() {
        "/.well-known/openid-configuration" => (StatusCode::OK, state.description()),
        "/jwks" => (StatusCode::OK, json!({ "keys": [state.key.jwk()] })),
        "/token" => state.token(&authorization, &body),
        "/userinfo" => state.user_info(&authorization),
        _ => (StatusCode::NOT_FOUND, json!({})),
    };
    if huge {
        answer["padding"] = "x".repeat(1_000_000).into();
    }
    let mut response = Response::new(Full::new(answer.to_string().into()));
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}

impl State {
    fn description(&self) -> Value {
        let page = |path| format!("{}{path}", self.issuer);
        json!({
            "issuer": self.issuer,
            "authorization_endpoint": page("/authorize"),
            "token_endpoint": page("/token"),
            "userinfo_endpoint": page("/userinfo"),
            "jwks_uri": page("/jwks"),
            "end_session_endpoint": page("/logout"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    fn token(&mut self, authorization: &str, body: &[u8]) -> (StatusCode, Value) {
        let form: HashMap<String, String> =
            url::form_urlencoded::parse(body).into_owned().collect();
        let basic = STANDARD.encode(format!("{CLIENT_ID}:{}", CLIENT_SECRET.replace(' ', "+")));
        if authorization != format!("Basic {basic}") {
            return (
                StatusCode::UNAUTHORIZED,
                json!({ "error": "invalid_client" }),
            );
        }
        let code = form.get("code").and_then(|code| self.codes.remove(code));
        let verifier = form.get("code_verifier").map(String::as_bytes);
        let challenge = digest(&SHA256, verifier.unwrap_or_default());
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        let is_right = |code: &Code| {
            code.challenge == challenge && form.get("redirect_uri") == Some(&code.redirect_uri)
        };
        let Some(code) = code.filter(is_right) else {
            return (StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" }));
        };
        let now = Utc::now().timestamp() + self.faults.clock_ahead;
        let mut claims = code.person.clone();
        if self.faults.tells_at_user_info {
            claims = json!({ "sub": claims["sub"] });
        }
        for (name, value) in [
            ("iss", self.issuer.clone().into()),
            ("aud", CLIENT_ID.into()),
            ("iat", now.into()),
            ("exp", (now + 300).into()),
            ("nonce", code.nonce.into()),
        ] {
            replace(&mut claims, name, value);
        }
        for (name, value) in &self.faults.claims {
            replace(&mut claims, name, value.clone());
        }
        let access_token = Uuid::new_v4().to_string();
        let id_token = match self.faults.signing {
            Signing::Right => self.key.sign(&claims, "JWT"),
            Signing::HiddenKey => self.key.another_with_its_id().sign(&claims, "JWT"),
            Signing::ClientSecret => signing_key::with_secret(&claims, CLIENT_SECRET),
            Signing::Nothing => signing_key::unsigned(&claims),
        };
        self.tokens.insert(access_token.clone(), code.person);
        let answer = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": id_token,
        });
        (StatusCode::OK, answer)
    }

    fn user_info(&self, authorization: &str) -> (StatusCode, Value) {
        let token = authorization.trim_start_matches("Bearer ");
        let Some(person) = self.tokens.get(token) else {
            return (StatusCode::UNAUTHORIZED, json!({}));
        };
        let mut told = person.clone();
        if let Some(other) = self.faults.user_info_of {
            told["sub"] = other.into();
        }
        (StatusCode::OK, told)
    }
}

fn replace(claims: &mut Value, name: &str, value: Value) {
    let map = claims.as_object_mut().expect("claims are an object");
    if value.is_null() {
        map.remove(name);
    } else {
        map.insert(name.to_owned(), value);
    }
}
