//! What a provider says about a person.

use std::collections::HashMap;

use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, Client, EmptyExtraTokenFields, EndSessionUrl,
    EndUserEmail, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenClaims, IdTokenFields,
    LocalizedClaim, ProviderMetadata, StandardErrorResponse, StandardTokenResponse, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
        CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
        CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
        CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::config::ProviderConfig;
use crate::model::ProviderIdentity;

const MAX_ID_BYTES: usize = 255;

/// The provider's metadata (OpenID Connect Discovery), with the fields of [`MoreMetadata`].
pub(super) type Metadata = ProviderMetadata<
    MoreMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// kreis, as a client of the provider.
pub(super) type OidcClient = Client<
    MoreClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub(super) type TokenAnswer = StandardTokenResponse<
    IdTokenFields<
        MoreClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

pub(super) type IdClaims = IdTokenClaims<MoreClaims, CoreGenderClaim>;
pub(super) type UserClaims = UserInfoClaims<MoreClaims, CoreGenderClaim>;

/// Metadata that other specifications define.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct MoreMetadata {
    /// RP-Initiated Logout 1.0, section 2.1.
    pub(super) end_session_endpoint: Option<EndSessionUrl>,
    /// RFC 9207, section 3.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for MoreMetadata {}

/// Claims that the standard claims do not include.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct MoreClaims {
    /// The provider's id of its own session (Back-Channel Logout 1.0, section 2.1).
    pub(super) sid: Option<String>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

impl AdditionalClaims for MoreClaims {}

impl MoreClaims {
    /// Whether a claim is this text, or a list that contains it.
    fn has(&self, claim: &str, text: &str) -> bool {
        match self.others.get(claim) {
            Some(Value::String(found)) => found == text,
            Some(Value::Array(found)) => found.iter().any(|found| found == text),
            _ => false,
        }
    }

    /// Whether a claim must be fetched elsewhere (OpenID Connect Core 1.0, section 5.6.2), as Entra ID
    /// does with long lists of groups.
    fn keeps_elsewhere(&self, claim: &str) -> bool {
        let names = self.others.get("_claim_names");
        names.is_some_and(|names| names.get(claim).is_some())
    }
}

/// Whether the ID token contains every claim that is needed, so that `UserInfo` is not asked.
pub(super) fn is_complete(claims: &IdClaims, config: &ProviderConfig) -> bool {
    let has_group =
        |(claim, _): &(String, String)| claims.additional_claims().others.contains_key(claim);
    claims.email().is_some() && config.gatekeeper.as_ref().is_none_or(has_group)
}

/// The person of an ID token. `more` is the answer of the `UserInfo` endpoint, if it was asked.
pub(super) fn identity(
    claims: &IdClaims,
    more: Option<&UserClaims>,
    config: &ProviderConfig,
) -> ProviderIdentity {
    let email = |email: Option<&EndUserEmail>, verified: Option<bool>| {
        let is_verified = config.trusts_emails || verified == Some(true);
        email.filter(|_| is_verified).map(|email| email.to_string())
    };
    // The ID token is signed, so its claims take precedence.
    let verified_email = match claims.email() {
        Some(own) => email(Some(own), claims.email_verified()),
        None => more.and_then(|more| email(more.email(), more.email_verified())),
    };
    let name = text(claims.name()).or_else(|| text(more.and_then(UserClaims::name)));
    let given = text(claims.given_name()).or_else(|| text(more.and_then(UserClaims::given_name)));
    let family =
        text(claims.family_name()).or_else(|| text(more.and_then(UserClaims::family_name)));
    let (first_name, last_name) = given
        .zip(family)
        .or_else(|| split(&name?))
        .unwrap_or_default();
    let told = || {
        let more = more.map(UserInfoClaims::additional_claims);
        more.into_iter().chain([claims.additional_claims()])
    };
    let is_gatekeeper = config.gatekeeper.as_ref().and_then(|(claim, value)| {
        let is_said = told().any(|claims| claims.has(claim, value));
        let is_elsewhere = || told().any(|claims| claims.keeps_elsewhere(claim));
        (is_said || !is_elsewhere()).then_some(is_said)
    });
    ProviderIdentity {
        issuer: config.issuer.to_string(),
        subject: claims.subject().to_string(),
        session: claims
            .additional_claims()
            .sid
            .clone()
            .filter(|id| is_id(id)),
        verified_email,
        first_name,
        last_name,
        is_gatekeeper,
    }
}

/// Whether a text is a valid id of a person or a session (OpenID Connect Core 1.0, section 2). The
/// database accepts no other ids.
pub(super) fn is_id(text: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len()) && !text.contains('\0')
}

/// The text without a language tag, or else the first one.
fn text<T: std::ops::Deref<Target = String> + Clone>(
    claim: Option<&LocalizedClaim<T>>,
) -> Option<String> {
    let claim = claim?;
    let found = claim
        .get(None)
        .or_else(|| claim.iter().next().map(|(_, text)| text));
    found
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// Splits a whole name. The last word is the family name, as in most names of providers that send
/// only one name.
fn split(name: &str) -> Option<(String, String)> {
    let (first, last) = name.trim().rsplit_once(char::is_whitespace)?;
    Some((first.trim().to_owned(), last.to_owned()))
}
