//! One provider: the calls of a sign-in, and the checks of its answers.

use std::sync::Arc;

use chrono::Utc;
use kreis_server::{error_chain::error_chain, metrics::ServerMetrics};
use openidconnect::{
    AuthType, AuthenticationContextClass, AuthenticationFlow, AuthorizationCode,
    ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, RedirectUrl,
    RequestTokenError, Scope, StandardErrorResponse, TokenResponse, UserInfoError,
    core::{
        CoreClientAuthMethod, CoreErrorResponseType, CoreJwsSigningAlgorithm, CoreResponseType,
    },
};
use url::Url;

use super::{
    SingleSignOnConfig,
    claims::{self, IdClaims, Metadata, OidcClient, UserClaims},
    config::ProviderConfig,
    discovery::{Discovery, Wanted},
    http_client::{HttpClient, HttpError},
    logout_token,
};
use crate::{
    error::Error,
    model::{
        CLOCK_LEEWAY, ProviderIdentity, ProviderLogout, ProviderName, ProviderTerms, Reason,
        SignOnAttempt,
    },
};

/// The accepted algorithms. All are asymmetric: with a symmetric one, the client secret would be
/// enough to sign in as any user.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// A provider of the settings.
pub(crate) struct Provider {
    config: ProviderConfig,
    callback: RedirectUrl,
    home: PostLogoutRedirectUrl,
    http: HttpClient,
    discovery: Discovery,
}

/// Why a person was not identified.
#[derive(Debug)]
pub(crate) enum SignOnFailure {
    /// The answer is not valid.
    Refused(Reason),
    /// The provider does not answer, or its answer breaks OpenID Connect.
    Unavailable,
    /// Too many calls to the provider are in progress.
    Overloaded,
}

impl Provider {
    /// The providers of the settings, in their order.
    pub(super) fn all_of(config: SingleSignOnConfig) -> Vec<Self> {
        let callback = config.callback_url();
        let home = config.public_url.to_string();
        let tls = config.tls;
        let make = |config| Self {
            config,
            callback: RedirectUrl::new(callback.clone()).expect("the settings have a URL"),
            home: PostLogoutRedirectUrl::new(home.clone()).expect("the settings have a URL"),
            http: HttpClient::new(tls.clone()),
            discovery: Discovery::default(),
        };
        config.providers.into_iter().map(make).collect()
    }

    pub(super) fn register_metrics(&self, metrics: &ServerMetrics) {
        self.http.register_metrics(metrics, self.config.name);
    }

    pub(super) fn name(&self) -> ProviderName {
        ProviderName {
            name: self.config.name.to_owned(),
            label: self.config.label.clone(),
        }
    }

    pub(super) fn is_called(&self, name: &str) -> bool {
        self.config.name == name
    }

    pub(super) fn issuer(&self) -> &str {
        self.config.issuer.as_str()
    }

    /// How the settings treat the people of this provider.
    pub(crate) fn terms(&self) -> ProviderTerms {
        ProviderTerms {
            label: self.config.label.clone(),
            creates_users: self.config.creates_users,
        }
    }

    /// The address of the provider's page for a sign-in that begins.
    pub(super) async fn authorization_url(&self, attempt: &SignOnAttempt) -> Result<String, Error> {
        let metadata = self.metadata(Wanted::Description).await?;
        let verifier = PkceCodeVerifier::new(attempt.code_verifier.clone());
        let client = self.client(&metadata);
        let state = CsrfToken::new(attempt.state.clone());
        let nonce = Nonce::new(attempt.nonce.clone());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || state,
                move || nonce,
            )
            .add_scopes(self.config.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for value in &self.config.classes {
            request =
                request.add_auth_context_value(AuthenticationContextClass::new(value.clone()));
        }
        let methods = &self.config.methods;
        if !methods.is_empty() {
            let claims = serde_json::json!({
                "id_token": { "amr": { "essential": true, "values": methods } }
            });
            request = request.add_extra_param("claims", claims.to_string());
        }
        let (url, _, _) = request.url();
        self.page(&url)
    }

    /// The person whom the provider identified with a code.
    pub(crate) async fn identify(
        &self,
        attempt: &SignOnAttempt,
        code: String,
        issuer: &str,
    ) -> Result<ProviderIdentity, SignOnFailure> {
        let metadata = self.metadata(Wanted::Description).await;
        let metadata = metadata.map_err(|_| SignOnFailure::Unavailable)?;
        self.check_issuer(&metadata, issuer)?;
        let client = self.client(&metadata);
        let request = client.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|error| self.unavailable(&causes(&error)))?;
        let answer = request
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.code_verifier.clone()))
            .request_async(&self.http)
            .await
            .map_err(|error| self.no_token(&error))?;
        let token = answer.id_token();
        let token = token.ok_or_else(|| self.unavailable("the answer has no ID token"))?;

        let nonce = Nonce::new(attempt.nonce.clone());
        let verify = |metadata: &Metadata| {
            let client = self.client(metadata);
            let verifier = client
                .id_token_verifier()
                .set_allowed_algs(ALGORITHMS)
                .set_time_fn(|| Utc::now() - CLOCK_LEEWAY)
                .set_issue_time_verifier_fn(|time| {
                    let is_early = time > Utc::now() + CLOCK_LEEWAY;
                    let early = || "the token is from the future".to_owned();
                    (!is_early).then_some(()).ok_or_else(early)
                });
            token.claims(&verifier, &nonce).cloned()
        };
        let mut verified = verify(&metadata);
        if matches!(
            verified,
            Err(ClaimsVerificationError::SignatureVerification(_))
        ) {
            // The provider may have new keys.
            let metadata = self.metadata(Wanted::NewKeys).await;
            verified = verify(&*metadata.map_err(|_| SignOnFailure::Unavailable)?);
        }
        let claims = verified.map_err(|error| self.refused(&causes(&error)))?;
        self.check_context(&claims)?;
        if !claims::is_id(claims.subject()) {
            return Err(self.refused("the id of the person is none"));
        }
        let more = if claims::is_complete(&claims, &self.config) {
            None
        } else {
            self.user_info(&client, &answer, &claims).await?
        };
        Ok(claims::identity(&claims, more.as_ref(), &self.config))
    }

    /// Checks that the answer comes from the provider that was asked (RFC 9207, section 2.4).
    fn check_issuer(&self, metadata: &Metadata, issuer: &str) -> Result<(), SignOnFailure> {
        let more = metadata.additional_metadata();
        let is_missing = issuer.is_empty() && more.authorization_response_iss_parameter_supported;
        if is_missing || (!issuer.is_empty() && issuer != self.issuer()) {
            return Err(SignOnFailure::Refused(Reason::WrongIssuer));
        }
        Ok(())
    }

    /// Checks how the provider identified the person. A provider may ignore what the request asks for.
    fn check_context(&self, claims: &IdClaims) -> Result<(), SignOnFailure> {
        let ProviderConfig {
            classes, methods, ..
        } = &self.config;
        let context = claims.auth_context_ref().map(|class| class.as_str());
        let is_of_class = classes.is_empty()
            || context.is_some_and(|class| classes.iter().any(|value| value == class));
        let mut used = claims.auth_method_refs().into_iter().flatten();
        let is_by_method = methods.is_empty()
            || used.any(|method| methods.iter().any(|value| value == method.as_str()));
        if is_of_class && is_by_method {
            Ok(())
        } else {
            Err(self.refused("the ID token has another acr or amr than the settings require"))
        }
    }

    /// The claims of the `UserInfo` endpoint, if the provider has one.
    async fn user_info(
        &self,
        client: &OidcClient,
        answer: &claims::TokenAnswer,
        claims: &IdClaims,
    ) -> Result<Option<UserClaims>, SignOnFailure> {
        let subject = claims.subject().clone();
        let Ok(request) = client.user_info(answer.access_token().clone(), Some(subject)) else {
            return Ok(None);
        };
        let told: Result<UserClaims, _> = request.request_async(&self.http).await;
        told.map(Some).map_err(|error| match error {
            UserInfoError::Request(HttpError::TooMany) => SignOnFailure::Overloaded,
            UserInfoError::ClaimsVerification(error) => self.refused(&causes(&error)),
            error => self.unavailable(&causes(&error)),
        })
    }

    /// Verifies a logout token of this provider.
    pub(super) async fn verify_logout(&self, token: &str) -> Result<ProviderLogout, Error> {
        let (issuer, client) = (self.issuer(), &self.config.client_id);
        let metadata = self.metadata(Wanted::Description).await?;
        let mut verified = logout_token::verify(token, issuer, client, metadata.jwks());
        if matches!(&verified, Err(error) if error.is_about_key()) {
            let metadata = self.metadata(Wanted::NewKeys).await?;
            verified = logout_token::verify(token, issuer, client, metadata.jwks());
        }
        verified.map_err(|error| {
            tracing::warn!(
                provider.name = self.config.name,
                error.cause = error.to_string(),
                "a logout token was refused"
            );
            Error::LogoutTokenRefused
        })
    }

    /// The address at which a browser signs out at the provider. `None` if the provider has no such
    /// page, or does not answer.
    pub(super) async fn logout_url(&self) -> Option<String> {
        let metadata = self.metadata(Wanted::Description).await.ok()?;
        let page = metadata
            .additional_metadata()
            .end_session_endpoint
            .clone()?;
        let url = LogoutRequest::from(page)
            .set_client_id(ClientId::new(self.config.client_id.clone()))
            .set_post_logout_redirect_uri(self.home.clone())
            .http_get_url();
        self.page(&url).ok()
    }

    /// The provider's metadata with its keys.
    async fn metadata(&self, wanted: Wanted) -> Result<Arc<Metadata>, Error> {
        let found = self
            .discovery
            .metadata(&self.config.issuer, &self.http, wanted);
        found.await.map_err(|error| {
            if let Some(error) = error {
                self.warn(&causes(&error));
            }
            Error::ProviderUnavailable
        })
    }

    fn client(&self, metadata: &Metadata) -> OidcClient {
        let id = ClientId::new(self.config.client_id.clone());
        let secret = self.config.client_secret.clone().map(ClientSecret::new);
        let methods = metadata.token_endpoint_auth_methods_supported();
        let basic = CoreClientAuthMethod::ClientSecretBasic;
        let auth_type = match methods {
            Some(methods) if !methods.contains(&basic) => AuthType::RequestBody,
            _ => AuthType::BasicAuth,
        };
        OidcClient::from_provider_metadata(metadata.clone(), id, secret)
            .set_redirect_uri(self.callback.clone())
            .set_auth_type(auth_type)
    }

    /// The address of a page of the provider, if it is http or https.
    fn page(&self, url: &Url) -> Result<String, Error> {
        if matches!(url.scheme(), "https" | "http") {
            return Ok(url.to_string());
        }
        self.warn("its page has no address of the web");
        Err(Error::ProviderUnavailable)
    }

    fn no_token(&self, error: &TokenError) -> SignOnFailure {
        match error {
            RequestTokenError::Request(HttpError::TooMany) => SignOnFailure::Overloaded,
            RequestTokenError::ServerResponse(response)
                if *response.error() == CoreErrorResponseType::InvalidGrant =>
            {
                SignOnFailure::Refused(Reason::CodeRefused)
            }
            error => self.unavailable(&causes(error)),
        }
    }

    fn unavailable(&self, cause: &str) -> SignOnFailure {
        self.warn(cause);
        SignOnFailure::Unavailable
    }

    fn warn(&self, cause: &str) {
        tracing::warn!(
            provider.name = self.config.name,
            error.cause = cause,
            "the provider for single sign-on cannot be used"
        );
    }

    fn refused(&self, cause: &str) -> SignOnFailure {
        tracing::warn!(
            provider.name = self.config.name,
            error.cause = cause,
            "the answer of the provider for single sign-on is not valid"
        );
        SignOnFailure::Refused(Reason::IdTokenRefused)
    }
}

/// The text of an error and of the errors that caused it.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes: Vec<String> = error_chain(error).map(ToString::to_string).collect();
    causes.join(": ")
}

/// Why the token endpoint gave no token (RFC 6749, section 5.2).
type TokenError = RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>;
