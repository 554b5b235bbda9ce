//! `kreis.auth.v1.AuthService`.

use std::net::IpAddr;

use kreis_proto::auth::v1::{
    AcceptInvitationRequest, AcceptInvitationResponse, GetInvitationRequest, GetInvitationResponse,
    LoginRequest, LoginResponse, LogoutRequest, LogoutResponse, auth_service_server::AuthService,
};
use kreis_server::{client_address::ClientAddress, middleware::with_revocation_seq, token::Caller};
use tonic::{Request, Response, Status};

use super::Handlers;
use crate::{
    domain::{invitations, sessions},
    model::AcceptInvitation,
    wire::{decode, encode},
};

#[tonic::async_trait]
impl AuthService for Handlers {
    async fn login(
        &self,
        request: Request<LoginRequest>,
    ) -> Result<Response<LoginResponse>, Status> {
        let address = address_of(&request);
        let input = decode::login(request.into_inner())?;
        let (store, passwords, tokens) = (&self.store, &self.passwords, &self.tokens);
        let session = sessions::login(store, passwords, tokens, input, address).await?;
        Ok(Response::new(encode::login(session)))
    }

    async fn logout(
        &self,
        request: Request<LogoutRequest>,
    ) -> Result<Response<LogoutResponse>, Status> {
        let caller = Caller::of(&request)?;
        let seq = self
            .write(async move |store| sessions::logout(&store, &caller).await)
            .await?;
        Ok(with_revocation_seq(encode::logout(), seq))
    }

    async fn get_invitation(
        &self,
        request: Request<GetInvitationRequest>,
    ) -> Result<Response<GetInvitationResponse>, Status> {
        let invitation = decode::get_invitation(request.get_ref())?;
        let invitation = invitations::get(&self.store, &invitation).await?;
        Ok(Response::new(encode::get_invitation(invitation)))
    }

    async fn accept_invitation(
        &self,
        request: Request<AcceptInvitationRequest>,
    ) -> Result<Response<AcceptInvitationResponse>, Status> {
        let address = address_of(&request);
        let AcceptInvitation {
            invitation,
            password,
        } = decode::accept_invitation(request.into_inner())?;
        let (store, passwords) = (&self.store, &self.passwords);
        let hash = invitations::hash(store, passwords, &invitation, password, address).await?;
        let tokens = self.tokens.clone();
        let (session, seq) = self
            .write(async move |store| {
                invitations::accept(&store, &tokens, &invitation, &hash).await
            })
            .await?;
        Ok(with_revocation_seq(encode::accept_invitation(session), seq))
    }
}

fn address_of<T>(request: &Request<T>) -> Option<IpAddr> {
    ClientAddress::of(request).map(|address| address.0)
}
