//! `kreis.auth.v1.SignInLogService`.

use kreis_proto::auth::v1::{
    ConfirmNoticesRequest, ConfirmNoticesResponse, ListNoticesRequest, ListNoticesResponse,
    ListSignInsRequest, ListSignInsResponse, sign_in_log_service_server::SignInLogService,
};
use kreis_server::token::Caller;
use tonic::{Request, Response, Status};

use super::Handlers;
use crate::{
    domain::sign_in_log,
    wire::{decode, encode},
};

#[tonic::async_trait]
impl SignInLogService for Handlers {
    async fn list_sign_ins(
        &self,
        request: Request<ListSignInsRequest>,
    ) -> Result<Response<ListSignInsResponse>, Status> {
        let caller = Caller::of(&request)?;
        let list = decode::sign_in_log::list_sign_ins(request.into_inner())?;
        let page = sign_in_log::list(&self.store, &caller, list).await?;
        Ok(Response::new(encode::sign_in_log::list_sign_ins(page)))
    }

    async fn list_notices(
        &self,
        request: Request<ListNoticesRequest>,
    ) -> Result<Response<ListNoticesResponse>, Status> {
        let caller = Caller::of(&request)?;
        let notices = sign_in_log::notices(&self.store, caller.user_id).await?;
        Ok(Response::new(encode::sign_in_log::list_notices(notices)))
    }

    async fn confirm_notices(
        &self,
        request: Request<ConfirmNoticesRequest>,
    ) -> Result<Response<ConfirmNoticesResponse>, Status> {
        let caller = Caller::of(&request)?;
        let confirm = decode::sign_in_log::confirm_notices(request.into_inner())?;
        self.write(async move |store| sign_in_log::confirm(&store, &caller, confirm).await)
            .await?;
        Ok(Response::new(encode::sign_in_log::confirm_notices()))
    }
}
