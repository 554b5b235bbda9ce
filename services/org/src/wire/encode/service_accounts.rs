//! Service accounts as messages.

use kreis_proto::org::v1;
use kreis_server::timestamps::to_timestamp;
use kreis_service::service_key::ServiceKey;

use super::users::{circle, person};
use crate::model::{ServiceAccess, ServiceAccount, ServiceCircles, ServiceKeyState};

pub(crate) fn list_service_accounts(
    accounts: Vec<ServiceAccount>,
) -> v1::ListServiceAccountsResponse {
    v1::ListServiceAccountsResponse {
        service_accounts: accounts.into_iter().map(message).collect(),
    }
}

pub(crate) fn create_service_account(account: ServiceAccount) -> v1::CreateServiceAccountResponse {
    v1::CreateServiceAccountResponse {
        service_account: Some(message(account)),
    }
}

pub(crate) fn update_service_account(account: ServiceAccount) -> v1::UpdateServiceAccountResponse {
    v1::UpdateServiceAccountResponse {
        service_account: Some(message(account)),
    }
}

pub(crate) const fn remove_service_account() -> v1::RemoveServiceAccountResponse {
    v1::RemoveServiceAccountResponse {}
}

pub(crate) fn add_service_key(
    key: &ServiceKey,
    account: ServiceAccount,
) -> v1::AddServiceKeyResponse {
    v1::AddServiceKeyResponse {
        key: key.text().to_owned(),
        service_account: Some(message(account)),
    }
}

pub(crate) fn remove_service_key(account: ServiceAccount) -> v1::RemoveServiceKeyResponse {
    v1::RemoveServiceKeyResponse {
        service_account: Some(message(account)),
    }
}

fn message(account: ServiceAccount) -> v1::ServiceAccount {
    let access = match account.access {
        ServiceAccess::Read => v1::ServiceAccess::Read,
        ServiceAccess::Write => v1::ServiceAccess::Write,
    };
    let (all_circles, circles) = match account.circles {
        ServiceCircles::All => (true, Vec::new()),
        ServiceCircles::Some(circles) => (false, circles),
    };
    v1::ServiceAccount {
        id: account.id.get(),
        name: account.name,
        access: access.into(),
        all_circles,
        circles: circles.into_iter().map(circle).collect(),
        owner: Some(person(account.owner)),
        suspended: account.suspended,
        keys: account.keys.into_iter().map(key).collect(),
        create_time: Some(to_timestamp(account.create_time)),
        update_time: Some(to_timestamp(account.update_time)),
        etag: account.version.etag(),
    }
}

fn key(key: ServiceKeyState) -> v1::ServiceKey {
    v1::ServiceKey {
        id: key.id.get(),
        hint: key.hint,
        create_time: Some(to_timestamp(key.create_time)),
        expire_time: Some(to_timestamp(key.expire_time)),
        first_use_time: key.first_use_time.map(to_timestamp),
        last_use_time: key.last_use_time.map(to_timestamp),
    }
}
