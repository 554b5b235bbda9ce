//! The peer of kpi in the bench: a bare tonic service with bare sqlx. It runs the
//! same statements as four of kpi's RPCs and puts the rows into the same
//! messages. It has no access control, no checks, no logs and no metrics. Only
//! for measurements.

#![expect(
    clippy::disallowed_methods,
    reason = "it does without what kreis stands on"
)]

mod rows;
mod statements;

use std::{
    convert::Infallible,
    env,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use prost::Message;
use sqlx::{
    ConnectOptions, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tonic::{
    Status,
    body::Body,
    codegen::Service,
    server::{Grpc, NamedService},
    transport::Server,
};
use tonic_prost::ProstCodec;

/// The default of kpi.
const CONNECTIONS: u32 = 8;

/// The same allocator as in kpi.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The service, with its connections.
#[derive(Clone)]
struct Bare {
    pool: PgPool,
    /// The user who makes all changes.
    user_id: i64,
}

impl Bare {
    async fn answer(self, request: Request<Body>) -> Response<Body> {
        match request.uri().path() {
            "/kreis.kpi.v1.KpiService/GetKpi" => self.unary(request, Self::get_kpi).await,
            "/kreis.kpi.v1.KpiValueService/ListKpiValues" => {
                self.unary(request, Self::list_kpi_values).await
            }
            "/kreis.kpi.v1.KpiValueService/CorrectKpiValue" => {
                self.unary(request, Self::correct_kpi_value).await
            }
            "/kreis.kpi.v1.ChangeLogService/ListChanges" => {
                self.unary(request, Self::list_changes).await
            }
            _ => Status::unimplemented("not measured").into_http(),
        }
    }

    async fn unary<Question, Answer, Answering>(
        self,
        request: Request<Body>,
        handler: fn(Self, Question) -> Answering,
    ) -> Response<Body>
    where
        Question: Message + Default + 'static,
        Answer: Message + Default + 'static,
        Answering: Future<Output = Result<Answer, sqlx::Error>> + Send,
    {
        let service = tower::service_fn(move |request: tonic::Request<Question>| {
            let answering = handler(self.clone(), request.into_inner());
            async move {
                let answer = answering.await;
                answer
                    .map(tonic::Response::new)
                    .map_err(|error| Status::internal(error.to_string()))
            }
        });
        Grpc::new(ProstCodec::<Answer, Question>::default())
            .unary(service, request)
            .await
    }
}

/// Implements services of the contract, with their names.
macro_rules! served {
    ($($service:ident: $name:literal),*) => {$(
        #[derive(Clone)]
        struct $service(Bare);

        impl NamedService for $service {
            const NAME: &'static str = $name;
        }

        impl Service<Request<Body>> for $service {
            type Response = Response<Body>;
            type Error = Infallible;
            type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
                Poll::Ready(Ok(()))
            }

            fn call(&mut self, request: Request<Body>) -> Self::Future {
                let bare = self.0.clone();
                Box::pin(async move { Ok(bare.answer(request).await) })
            }
        }
    )*};
}

served! {
    Kpis: "kreis.kpi.v1.KpiService",
    Values: "kreis.kpi.v1.KpiValueService",
    Changes: "kreis.kpi.v1.ChangeLogService"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setting = |name: &str| env::var(name).map_err(|_| format!("set {name}"));
    let connect: PgConnectOptions = setting("DATABASE_URL")?.parse()?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .test_before_acquire(false)
        .connect_with(connect.disable_statement_logging())
        .await?;
    let bare = Bare {
        pool,
        user_id: setting("USER_ID")?.parse()?,
    };
    Server::builder()
        .add_service(Kpis(bare.clone()))
        .add_service(Values(bare.clone()))
        .add_service(Changes(bare))
        .serve(setting("LISTEN")?.parse()?)
        .await?;
    Ok(())
}
