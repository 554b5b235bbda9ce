//! `kreis.org.v1.ServiceAccountService`.

use kreis_proto::org::v1::{
    AddServiceKeyRequest, AddServiceKeyResponse, CreateServiceAccountRequest,
    CreateServiceAccountResponse, ListServiceAccountsRequest, ListServiceAccountsResponse,
    RemoveServiceAccountRequest, RemoveServiceAccountResponse, RemoveServiceKeyRequest,
    RemoveServiceKeyResponse, UpdateServiceAccountRequest, UpdateServiceAccountResponse,
    service_account_service_server::ServiceAccountService,
};
use kreis_server::{middleware::with_revocation_seq, token::Caller};
use tonic::{Request, Response, Status};

use super::{Handlers, ORGANISATION, with_revocation};
use crate::{
    domain::{
        service_accounts,
        service_keys::{self, AddedServiceKey},
    },
    wire::{decode::service_accounts as decode, encode::service_accounts as encode},
};

#[tonic::async_trait]
impl ServiceAccountService for Handlers {
    async fn list_service_accounts(
        &self,
        _: Request<ListServiceAccountsRequest>,
    ) -> Result<Response<ListServiceAccountsResponse>, Status> {
        let accounts = service_accounts::list(&self.store).await?;
        Ok(Response::new(encode::list_service_accounts(accounts)))
    }

    async fn create_service_account(
        &self,
        request: Request<CreateServiceAccountRequest>,
    ) -> Result<Response<CreateServiceAccountResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::create_service_account(request.into_inner())?;
        let response = self
            .write_on(ORGANISATION, async move |store| {
                let respond = encode::create_service_account;
                service_accounts::create(&store, &caller, input, respond).await
            })
            .await?;
        Ok(Response::new(response))
    }

    async fn update_service_account(
        &self,
        request: Request<UpdateServiceAccountRequest>,
    ) -> Result<Response<UpdateServiceAccountResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::update_service_account(request.get_ref())?;
        let changed = self
            .write_on(ORGANISATION, async move |store| {
                service_accounts::update(&store, &caller, input).await
            })
            .await?;
        let response = encode::update_service_account(changed.account);
        Ok(with_revocation(response, changed.revocation))
    }

    async fn remove_service_account(
        &self,
        request: Request<RemoveServiceAccountRequest>,
    ) -> Result<Response<RemoveServiceAccountResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::remove_service_account(request.get_ref())?;
        let seq = self
            .write_on(ORGANISATION, async move |store| {
                service_accounts::remove(&store, &caller, input).await
            })
            .await?;
        let response = Response::new(encode::remove_service_account());
        Ok(with_revocation_seq(response, seq))
    }

    async fn add_service_key(
        &self,
        request: Request<AddServiceKeyRequest>,
    ) -> Result<Response<AddServiceKeyResponse>, Status> {
        let caller = Caller::of(&request)?;
        let input = decode::add_service_key(request.into_inner())?;
        let AddedServiceKey { key, account, .. } = self
            .write_on(ORGANISATION, async move |store| {
                service_keys::add_key(&store, &caller, input).await
            })
            .await?;
        Ok(Response::new(encode::add_service_key(&key, account)))
    }

    async fn remove_service_key(
        &self,
        request: Request<RemoveServiceKeyRequest>,
    ) -> Result<Response<RemoveServiceKeyResponse>, Status> {
        let caller = Caller::of(&request)?;
        let key = decode::remove_service_key(request.into_inner())?;
        let changed = self
            .write_on(ORGANISATION, async move |store| {
                service_keys::remove_key(&store, &caller, key).await
            })
            .await?;
        let response = encode::remove_service_key(changed.account);
        Ok(with_revocation(response, changed.revocation))
    }
}
