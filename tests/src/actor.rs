//! Actors: clients of every service, with or without an access token.

use kreis_proto::{
    auth::v1::{
        LoginRequest, LogoutRequest, auth_service_client::AuthServiceClient,
        sign_in_log_service_client::SignInLogServiceClient,
    },
    kpi::v1::{
        CreateKpiRequest, Kpi, Periodicity, Target, Unit,
        change_log_service_client::ChangeLogServiceClient as KpiChangeLogClient,
        kpi_service_client::KpiServiceClient, kpi_value_service_client::KpiValueServiceClient,
    },
    org::v1::{
        Month, change_log_service_client::ChangeLogServiceClient as OrgChangeLogClient,
        circle_service_client::CircleServiceClient, user_service_client::UserServiceClient,
    },
};
use tonic::{Request, Status, metadata::AsciiMetadataValue, transport::Channel};

/// A caller. Cheap to clone.
#[derive(Clone)]
pub struct Actor {
    channel: Channel,
    token: Option<String>,
    /// Id of the user; 0 without a token.
    pub user_id: i64,
}

impl Actor {
    /// A caller over a channel, with or without an access token.
    #[must_use]
    pub fn new(channel: Channel, token: Option<String>, user_id: i64) -> Self {
        Self {
            channel,
            token,
            user_id,
        }
    }

    /// The same user at another server.
    #[must_use]
    pub fn at(&self, channel: Channel) -> Self {
        Self {
            channel,
            ..self.clone()
        }
    }

    /// The same channel with another token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self {
            token: Some(token.into()),
            ..self.clone()
        }
    }

    /// The access token.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// The channel.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// A message with the token, if there is one.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(token) = &self.token {
            let value: AsciiMetadataValue = format!("Bearer {token}")
                .parse()
                .expect("a token can be sent");
            request.metadata_mut().insert("authorization", value);
        }
        request
    }

    /// Client of `AuthService`.
    #[must_use]
    pub fn auth(&self) -> AuthServiceClient<Channel> {
        AuthServiceClient::new(self.channel())
    }

    /// Client of `SignInLogService`.
    #[must_use]
    pub fn sign_in_log(&self) -> SignInLogServiceClient<Channel> {
        SignInLogServiceClient::new(self.channel())
    }

    /// Client of `UserService`.
    #[must_use]
    pub fn users(&self) -> UserServiceClient<Channel> {
        UserServiceClient::new(self.channel())
    }

    /// Client of `CircleService`.
    #[must_use]
    pub fn circles(&self) -> CircleServiceClient<Channel> {
        CircleServiceClient::new(self.channel())
    }

    /// Client of org's `ChangeLogService`.
    #[must_use]
    pub fn org_changes(&self) -> OrgChangeLogClient<Channel> {
        OrgChangeLogClient::new(self.channel())
    }

    /// Client of `KpiService`.
    #[must_use]
    pub fn kpis(&self) -> KpiServiceClient<Channel> {
        KpiServiceClient::new(self.channel())
    }

    /// Client of `KpiValueService`.
    #[must_use]
    pub fn values(&self) -> KpiValueServiceClient<Channel> {
        KpiValueServiceClient::new(self.channel())
    }

    /// Client of kpi's `ChangeLogService`.
    #[must_use]
    pub fn kpi_changes(&self) -> KpiChangeLogClient<Channel> {
        KpiChangeLogClient::new(self.channel())
    }

    /// Signs in over the same channel.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Self, Status> {
        let login = LoginRequest {
            email: email.to_owned(),
            password: password.to_owned(),
            ..LoginRequest::default()
        };
        let session = self.auth().login(login).await?.into_inner();
        let user_id = session.user.map_or(0, |user| user.id);
        Ok(Self::new(
            self.channel(),
            Some(session.access_token),
            user_id,
        ))
    }

    /// Signs out.
    pub async fn sign_out(&self) -> Result<(), Status> {
        self.auth()
            .logout(self.request(LogoutRequest {}))
            .await
            .map(|_| ())
    }

    /// Creates a KPI.
    pub async fn create_kpi(&self, new: CreateKpiRequest) -> Result<Kpi, Status> {
        let created = self
            .kpis()
            .create_kpi(self.request(new))
            .await?
            .into_inner();
        Ok(created.kpi.expect("the answer has the KPI"))
    }
}

/// A KPI to create: monthly, in percent, from 0 to 100, without limits.
#[must_use]
pub fn new_kpi(circle_id: i64, name: &str) -> CreateKpiRequest {
    CreateKpiRequest {
        circle_id,
        name: name.to_owned(),
        periodicity: Periodicity::Monthly.into(),
        unit: Unit::Percentage.into(),
        limits: None,
        targets: vec![Target {
            from_year: 2020,
            initial_value: 0.0,
            target_value: 100.0,
        }],
        active: None,
        request_id: String::new(),
        ..CreateKpiRequest::default()
    }
}

/// A KPI to create that has been in use since the given month.
#[must_use]
pub fn in_use_since((year, month): (i32, i32), new: CreateKpiRequest) -> CreateKpiRequest {
    CreateKpiRequest {
        active_since: Some(Month { year, month }),
        ..new
    }
}
