//! `AuthService`, RPC by RPC.

use std::net::IpAddr;

use kreis_chassis::{
    client_address::ClientAddress, middleware::with_revocation_seq, token::Caller, writes::Writes,
};
use kreis_proto::auth::v1::{
    AcceptInvitationRequest, AcceptInvitationResponse, GetInvitationRequest, GetInvitationResponse,
    LoginRequest, LoginResponse, LogoutRequest, LogoutResponse, auth_service_server::AuthService,
};
use tonic::{Request, Response, Status};

use crate::{
    domain::Domain,
    model::{Error, InvitationHash},
    wire,
};

/// Serves `AuthService`.
pub(crate) struct Handlers {
    domain: Domain,
    writes: Writes,
}

impl Handlers {
    pub(crate) fn new(domain: Domain, writes: Writes) -> Self {
        Self { domain, writes }
    }
}

fn address_of<T>(request: &Request<T>) -> Option<IpAddr> {
    ClientAddress::of(request).map(|address| address.0)
}

#[tonic::async_trait]
impl AuthService for Handlers {
    async fn login(
        &self,
        request: Request<LoginRequest>,
    ) -> Result<Response<LoginResponse>, Status> {
        let address = address_of(&request);
        let (email, password) = wire::sign_in(request.into_inner())?;
        let session = self.domain.sign_in(email, password, address).await?;
        Ok(Response::new(wire::logged_in(session)))
    }

    async fn logout(
        &self,
        request: Request<LogoutRequest>,
    ) -> Result<Response<LogoutResponse>, Status> {
        let caller = Caller::of(&request)?;
        let domain = self.domain.clone();
        let seq = self
            .writes
            .run(async move { domain.sign_out(&caller.session, caller.user_id).await })
            .await?;
        Ok(with_revocation_seq(LogoutResponse {}, seq))
    }

    async fn get_invitation(
        &self,
        request: Request<GetInvitationRequest>,
    ) -> Result<Response<GetInvitationResponse>, Status> {
        let invitation = InvitationHash::from_token(&request.into_inner().invitation_token)
            .ok_or(Error::InvitationRefused)?;
        let invitation = self.domain.invitation(&invitation).await?;
        Ok(Response::new(wire::invitation(invitation)))
    }

    async fn accept_invitation(
        &self,
        request: Request<AcceptInvitationRequest>,
    ) -> Result<Response<AcceptInvitationResponse>, Status> {
        let address = address_of(&request);
        let (invitation, password) = wire::acceptance(request.into_inner())?;
        let invitation = invitation.ok_or(Error::InvitationRefused)?;
        let hashing = self.domain.hash(&invitation, password, address);
        let password_hash = hashing.await?;
        let domain = self.domain.clone();
        let (session, seq) = self
            .writes
            .run(async move { domain.accept_invitation(&invitation, &password_hash).await })
            .await?;
        Ok(with_revocation_seq(wire::accepted(session), seq))
    }
}
