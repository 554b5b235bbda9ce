//! Requests about service accounts.

use std::mem::take;

use kreis_proto::org::v1;
use kreis_server::status::Violations;
use kreis_service::idempotency::RequestKey;
use tonic::Status;

use crate::model::{
    AddServiceKey, CircleScope, CreateServiceAccount, ExpectedVersion, KeyLifetime, Name,
    RemoveServiceAccount, ServiceAccess, ServiceKeyId, UpdateServiceAccount, UserId,
};

const CREATE: &str = "kreis.org.v1.ServiceAccountService/CreateServiceAccount";

pub(crate) fn create_service_account(
    mut message: v1::CreateServiceAccountRequest,
) -> Result<CreateServiceAccount, Status> {
    let mut violations = Violations::default();
    let request_id = take(&mut message.request_id);
    let key = RequestKey::decode(&mut violations, CREATE, &request_id, &message);
    let name = violations.check("name", Name::of_person(&message.name));
    let access = access(&mut violations, message.access);
    let scope = message.scope.ok_or("must be given");
    let scope = violations.check("scope", scope);
    let scope = scope.and_then(|scope| circle_scope(&mut violations, &scope));
    let owner = match message.owner_id {
        0 => Some(None),
        id => violations.check("owner_id", UserId::parse(id)).map(Some),
    };
    let parsed = || {
        Some(CreateServiceAccount {
            name: name?,
            access: access?,
            scope: scope?,
            owner: owner?,
            key,
        })
    };
    violations.finish(parsed())
}

pub(crate) fn update_service_account(
    message: &v1::UpdateServiceAccountRequest,
) -> Result<UpdateServiceAccount, Status> {
    let mut violations = Violations::default();
    let id = service_account_id(&mut violations, message.service_account_id);
    let name = message
        .name
        .as_ref()
        .and_then(|name| violations.check("name", Name::of_person(name)));
    let access = message
        .access
        .and_then(|number| access(&mut violations, number));
    let scope = message
        .scope
        .as_ref()
        .and_then(|scope| circle_scope(&mut violations, scope));
    let owner = message
        .owner_id
        .and_then(|id| violations.check("owner_id", UserId::parse(id)));
    let expected = ExpectedVersion::parse(&message.etag);
    violations.finish(id.map(|id| UpdateServiceAccount {
        id,
        name,
        access,
        scope,
        owner,
        expected,
    }))
}

pub(crate) fn remove_service_account(
    message: &v1::RemoveServiceAccountRequest,
) -> Result<RemoveServiceAccount, Status> {
    let mut violations = Violations::default();
    let id = service_account_id(&mut violations, message.service_account_id);
    let expected = ExpectedVersion::parse(&message.etag);
    violations.finish(id.map(|id| RemoveServiceAccount { id, expected }))
}

pub(crate) fn add_service_key(message: v1::AddServiceKeyRequest) -> Result<AddServiceKey, Status> {
    let mut violations = Violations::default();
    let id = service_account_id(&mut violations, message.service_account_id);
    let lifetime = match message.lifetime_days {
        0 => Some(KeyLifetime::DEFAULT),
        days => violations.check("lifetime_days", KeyLifetime::from_days(days)),
    };
    let parsed = id.zip(lifetime);
    violations.finish(parsed.map(|(id, lifetime)| AddServiceKey { id, lifetime }))
}

pub(crate) fn remove_service_key(
    message: v1::RemoveServiceKeyRequest,
) -> Result<ServiceKeyId, Status> {
    let mut violations = Violations::default();
    let id = violations.check("key_id", ServiceKeyId::parse(message.key_id));
    violations.finish(id)
}

fn service_account_id(violations: &mut Violations, number: i64) -> Option<UserId> {
    violations.check("service_account_id", UserId::parse(number))
}

fn access(violations: &mut Violations, number: i32) -> Option<ServiceAccess> {
    let access = match v1::ServiceAccess::try_from(number) {
        Ok(v1::ServiceAccess::Read) => Ok(ServiceAccess::Read),
        Ok(v1::ServiceAccess::Write) => Ok(ServiceAccess::Write),
        Ok(v1::ServiceAccess::Unspecified) | Err(_) => Err("must be read or write"),
    };
    violations.check("access", access)
}

fn circle_scope(
    violations: &mut Violations,
    scope: &v1::ServiceAccountScope,
) -> Option<CircleScope> {
    let parsed = CircleScope::parse(scope.all_circles, &scope.circle_ids);
    violations.check("scope.circle_ids", parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_a_new_service_account_is_counted() {
        let refusal = create_service_account(v1::CreateServiceAccountRequest {
            owner_id: -1,
            request_id: "again".to_owned(),
            ..v1::CreateServiceAccountRequest::default()
        });
        let refusal = refusal.unwrap_err();
        assert!(refusal.message().starts_with("5 fields"), "{refusal}");
    }

    #[test]
    fn every_fault_of_an_update_is_counted_and_absent_fields_have_none() {
        let refusal = update_service_account(&v1::UpdateServiceAccountRequest {
            service_account_id: 0,
            name: Some(String::new()),
            access: Some(7),
            scope: Some(v1::ServiceAccountScope::default()),
            owner_id: Some(0),
            etag: String::new(),
        });
        let refusal = refusal.unwrap_err();
        assert!(refusal.message().starts_with("5 fields"), "{refusal}");
        let nothing = v1::UpdateServiceAccountRequest {
            service_account_id: 1,
            ..v1::UpdateServiceAccountRequest::default()
        };
        assert!(update_service_account(&nothing).is_ok());
    }
}
