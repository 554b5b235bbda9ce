//! What gatekeepers do with service accounts, and how a program signs in with a key.

use kreis_proto::{
    auth::v1::IssueTokenRequest,
    org::v1::{
        AddServiceKeyRequest, AddServiceKeyResponse, CreateServiceAccountRequest,
        ListServiceAccountsRequest, RemoveServiceAccountRequest, RemoveServiceKeyRequest,
        ServiceAccess, ServiceAccount, ServiceAccountScope, UpdateServiceAccountRequest,
        service_account_service_client::ServiceAccountServiceClient,
    },
};
use tonic::{Status, transport::Channel};

use crate::Actor;

impl Actor {
    /// Client of `ServiceAccountService`.
    #[must_use]
    pub fn service_accounts(&self) -> ServiceAccountServiceClient<Channel> {
        ServiceAccountServiceClient::new(self.channel())
    }

    /// All service accounts.
    pub async fn list_service_accounts(&self) -> Result<Vec<ServiceAccount>, Status> {
        let list = self.request(ListServiceAccountsRequest {});
        let listed = self.service_accounts().list_service_accounts(list).await?;
        Ok(listed.into_inner().service_accounts)
    }

    /// Creates a service account.
    pub async fn create_service_account(
        &self,
        new: CreateServiceAccountRequest,
    ) -> Result<ServiceAccount, Status> {
        let create = self.request(new);
        let created = self.service_accounts().create_service_account(create).await;
        let account = created?.into_inner().service_account;
        Ok(account.expect("the answer has the service account"))
    }

    /// Changes a service account.
    pub async fn update_service_account(
        &self,
        update: UpdateServiceAccountRequest,
    ) -> Result<ServiceAccount, Status> {
        let update = self.request(update);
        let updated = self.service_accounts().update_service_account(update).await;
        let account = updated?.into_inner().service_account;
        Ok(account.expect("the answer has the service account"))
    }

    /// Removes a service account.
    pub async fn remove_service_account(&self, service_account_id: i64) -> Result<(), Status> {
        let remove = self.request(RemoveServiceAccountRequest {
            service_account_id,
            etag: String::new(),
        });
        let removed = self.service_accounts().remove_service_account(remove).await;
        removed.map(drop)
    }

    /// Adds a key for 90 days. Returns it with the service account.
    pub async fn add_service_key(
        &self,
        service_account_id: i64,
    ) -> Result<AddServiceKeyResponse, Status> {
        let add = self.request(AddServiceKeyRequest {
            service_account_id,
            lifetime_days: 0,
        });
        Ok(self
            .service_accounts()
            .add_service_key(add)
            .await?
            .into_inner())
    }

    /// Removes a key. Returns its service account.
    pub async fn remove_service_key(&self, key_id: i64) -> Result<ServiceAccount, Status> {
        let remove = self.request(RemoveServiceKeyRequest { key_id });
        let removed = self.service_accounts().remove_service_key(remove).await;
        let account = removed?.into_inner().service_account;
        Ok(account.expect("the answer has the service account"))
    }

    /// Signs in with the key of a service account, over the same channel.
    pub async fn sign_in_with_key(&self, key: &str) -> Result<Self, Status> {
        let issue = IssueTokenRequest {
            key: key.to_owned(),
        };
        let issued = self.auth().issue_token(issue).await?.into_inner();
        let token = issued.access_token;
        let user_id = self.with_token(token.as_str()).me().await?.id;
        Ok(Self::new(self.channel(), Some(token), user_id))
    }

    /// A new service account with a key, signed in.
    pub async fn new_service(&self, new: CreateServiceAccountRequest) -> Self {
        let account = self.create_service_account(new).await;
        let id = account.expect("a service account can be made").id;
        let added = self.add_service_key(id).await;
        let key = added.expect("a key can be added").key;
        let service = self.sign_in_with_key(&key).await;
        service.expect("the key signs in")
    }
}

/// A service account to create. Without circles it is for all of them.
#[must_use]
pub fn new_service_account(
    name: &str,
    access: ServiceAccess,
    circle_ids: &[i64],
) -> CreateServiceAccountRequest {
    CreateServiceAccountRequest {
        name: name.to_owned(),
        access: access.into(),
        scope: Some(ServiceAccountScope {
            all_circles: circle_ids.is_empty(),
            circle_ids: circle_ids.to_vec(),
        }),
        ..CreateServiceAccountRequest::default()
    }
}
