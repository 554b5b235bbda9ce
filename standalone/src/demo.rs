//! The demo: an invented association with people, circles and three years of values. They are
//! entered through the public API, like those of any client.

mod kpis;

use std::time::{Duration, Instant};

use chrono::{Datelike, NaiveDate};
use kreis_database::{DatabaseError, operator_pool};
use kreis_org::operator::{NewUserInput, OperatorError};
use kreis_proto::{
    auth::v1::{LoginRequest, auth_service_client::AuthServiceClient},
    kpi::v1::{
        CorrectKpiValueRequest, CreateKpiRequest, Limits, Period, Periodicity,
        RecordKpiValueRequest, Target, kpi_service_client::KpiServiceClient,
        kpi_value_service_client::KpiValueServiceClient,
    },
    org::v1::{
        AddCircleMemberRequest, CreateCircleRequest, GetMeRequest, Month,
        circle_service_client::CircleServiceClient, user_service_client::UserServiceClient,
    },
};
use sqlx::postgres::PgConnectOptions;
use tonic::{Code, Request, Status, transport::Channel};
use tonic_types::StatusExt;

use crate::users::{self, UserError};
use kpis::{DemoKpi, KPIS, MONTHS, comment_on, correction_of, sample_value};

/// Password of every demo account.
pub const PASSWORD: &str = "kreis-demo-only";
/// The demo's gatekeeper.
pub const GATEKEEPER: &str = "gatekeeper@example.org";
/// The demo's economist for two circles.
pub const ECONOMIST: &str = "economist@example.org";
/// The economist for the other two circles.
const OTHER_ECONOMIST: &str = "economist-two@example.org";

/// Name of the organisation while the demo is being filled. A demo with this name is continued at
/// the next start.
const INCOMPLETE: &str = "kreis demo (being filled)";
const COMPLETE: &str = "kreis demo";

/// How long calls may be refused temporarily before the demo gives up.
const READY_TIMEOUT: Duration = Duration::from_secs(30);
/// Pause before filling is tried again.
const RETRY_INTERVAL: Duration = Duration::from_millis(250);

/// Why the demo cannot start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database is in use and not a demo.
    #[error(
        "the database is not a demo and not empty, so --demo leaves it alone; \
         name another data directory with KREIS_DATA_DIR"
    )]
    NotADemo,
    /// The database returned an error.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A demo user could not be made.
    #[error(transparent)]
    User(#[from] UserError),
    /// A call was refused.
    #[error("the demo could not be filled: {}", .0.message())]
    Call(#[from] Status),
    /// The gateway cannot be reached.
    #[error("the demo could not be filled: {0}")]
    Connect(#[from] tonic::transport::Error),
}

const CIRCLES: [(&str, &str); 4] = [
    ("Fundraising", ECONOMIST),
    ("Counselling", ECONOMIST),
    ("People", OTHER_ECONOMIST),
    ("Digital", OTHER_ECONOMIST),
];

/// How much of the demo exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoState {
    /// Only the users exist.
    Incomplete,
    /// Everything exists.
    Filled,
}

/// Prepares the database before any server runs. Adds the demo's users to an empty database, and
/// refuses one that is in use.
pub async fn prepare(connect: &PgConnectOptions) -> Result<DemoState, DemoError> {
    let pool = operator_pool(connect, "kreis_owner");
    let found = sqlx::query!(
        r#"select o.name, exists (select 1 from org.users) as "used!" from org.organisation o"#
    )
    .fetch_one(&pool)
    .await
    .map_err(DatabaseError::from)?;
    match found.name.as_str() {
        COMPLETE => return Ok(DemoState::Filled),
        INCOMPLETE => {}
        _ if found.used => return Err(DemoError::NotADemo),
        _ => name_organisation(connect, INCOMPLETE).await?,
    }
    for (email, first_name, last_name, gatekeeper) in [
        (GATEKEEPER, "Greta", "Keller", true),
        (ECONOMIST, "Emil", "Rossi", false),
        (OTHER_ECONOMIST, "Lea", "Blanc", false),
    ] {
        let there = sqlx::query_scalar!(
            r#"select exists (
                select 1 from org.users u join auth.account_states s on s.user_id = u.id
                where u.email_key = $1 and s.has_password
            ) as "there!""#,
            email,
        )
        .fetch_one(&pool)
        .await
        .map_err(DatabaseError::from)?;
        if there {
            continue;
        }
        let new = NewUserInput {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            display_name: None,
            email: email.to_owned(),
            gatekeeper,
        };
        match users::add(connect, new, PASSWORD).await {
            Ok(()) => {}
            // A start that was interrupted before the password was set has added the user.
            Err(UserError::Org(OperatorError::Refused(_))) => {
                users::set_password(connect, email, PASSWORD).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(DemoState::Incomplete)
}

/// Fills the demo through the gateway. Existing data stays. If a call is refused temporarily, as on
/// a busy machine, filling is tried again.
pub async fn fill(connect: &PgConnectOptions, gateway: &str) -> Result<(), DemoError> {
    let began = Instant::now();
    loop {
        match fill_once(connect, gateway).await {
            Err(DemoError::Call(refused))
                if is_transient(&refused) && began.elapsed() < READY_TIMEOUT =>
            {
                tokio::time::sleep(RETRY_INTERVAL).await;
            }
            outcome => return outcome,
        }
    }
}

fn is_transient(refused: &Status) -> bool {
    matches!(
        refused.code(),
        Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted
    )
}

async fn fill_once(connect: &PgConnectOptions, gateway: &str) -> Result<(), DemoError> {
    let channel = Channel::from_shared(gateway.to_owned())
        .map_err(|_| Status::invalid_argument("the gateway's address is no URL"))?
        .connect()
        .await?;
    let gatekeeper = sign_in(&channel, GATEKEEPER).await?;
    for (circle, economist) in CIRCLES {
        let economist = sign_in(&channel, economist).await?;
        let circle_id = circle_id(&gatekeeper, circle).await?;
        let member = AddCircleMemberRequest {
            circle_id,
            user_id: economist.user_id,
        };
        CircleServiceClient::new(channel.clone())
            .add_circle_member(gatekeeper.request(member))
            .await?;
        for (number, kpi) in KPIS
            .iter()
            .enumerate()
            .filter(|(_, kpi)| kpi.circle == circle)
        {
            let kpi_id = kpi_id(&gatekeeper, kpi, circle_id).await?;
            record_values(&economist, kpi, kpi_id, number).await?;
        }
    }
    name_organisation(connect, COMPLETE).await
}

/// A signed-in user.
struct Session {
    channel: Channel,
    authorization: tonic::metadata::AsciiMetadataValue,
    user_id: i64,
    today: NaiveDate,
}

impl Session {
    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.authorization.clone());
        request
    }
}

async fn sign_in(channel: &Channel, email: &str) -> Result<Session, DemoError> {
    let login = LoginRequest {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        ..LoginRequest::default()
    };
    let session = AuthServiceClient::new(channel.clone())
        .login(login)
        .await?
        .into_inner();
    let authorization = format!("Bearer {}", session.access_token)
        .parse()
        .map_err(|_| Status::unauthenticated("the token cannot be sent"))?;
    let mut session = Session {
        channel: channel.clone(),
        authorization,
        user_id: session.user.map_or(0, |user| user.id),
        today: NaiveDate::default(),
    };
    let me = UserServiceClient::new(channel.clone())
        .get_me(session.request(GetMeRequest {}))
        .await?
        .into_inner();
    if let Some(today) = me.organisation.and_then(|organisation| organisation.today) {
        let month = u32::try_from(today.month).unwrap_or(1);
        session.today = NaiveDate::from_ymd_opt(today.year, month, 1).unwrap_or_default();
    }
    Ok(session)
}

async fn circle_id(gatekeeper: &Session, name: &str) -> Result<i64, DemoError> {
    let create = CreateCircleRequest {
        name: name.to_owned(),
        request_id: String::new(),
    };
    let created = CircleServiceClient::new(gatekeeper.channel.clone())
        .create_circle(gatekeeper.request(create))
        .await
        .map(|created| created.into_inner().circle.map_or(0, |circle| circle.id));
    existing_id(created, "circle_id")
}

async fn kpi_id(gatekeeper: &Session, kpi: &DemoKpi, circle_id: i64) -> Result<i64, DemoError> {
    let first = first_month(gatekeeper.today);
    let first_month = Month {
        year: first.year(),
        month: first.month().cast_signed(),
    };
    let targets = kpi
        .target
        .map_or_else(Vec::new, |(initial_value, target_value, growth)| {
            (0..=MONTHS / 12)
                .map(|years| Target {
                    from_year: first.year() + years,
                    initial_value,
                    target_value: target_value + growth * f64::from(years),
                })
                .collect()
        });
    let limits = kpi.limits.map(|(minimum, maximum)| Limits {
        minimum: Some(minimum),
        maximum: Some(maximum),
    });
    let create = CreateKpiRequest {
        circle_id,
        name: kpi.name.to_owned(),
        periodicity: kpi.periodicity.into(),
        unit: kpi.unit.into(),
        limits,
        targets,
        active_since: Some(first_month),
        ..CreateKpiRequest::default()
    };
    let created = KpiServiceClient::new(gatekeeper.channel.clone())
        .create_kpi(gatekeeper.request(create))
        .await
        .map(|created| created.into_inner().kpi.map_or(0, |kpi| kpi.id));
    existing_id(created, "kpi_id")
}

async fn record_values(
    economist: &Session,
    kpi: &DemoKpi,
    kpi_id: i64,
    number: usize,
) -> Result<(), DemoError> {
    let span = match kpi.periodicity {
        Periodicity::Quarterly => 3,
        Periodicity::Yearly => 12,
        _ => 1,
    };
    let mut client = KpiValueServiceClient::new(economist.channel.clone());
    let first = first_month(economist.today);
    for months in 0..MONTHS {
        let count = first.year() * 12 + i32::try_from(first.month0()).unwrap_or(0) + months;
        let (year, month) = (count / 12, count % 12 + 1);
        let is_due = months == MONTHS - 1 && kpi.last_month_is_due;
        if month % span != 0 || is_due {
            continue;
        }
        let value = sample_value(kpi, number, months);
        let correction = correction_of(kpi, months);
        let record = RecordKpiValueRequest {
            kpi_id,
            period: Some(Period { year, month }),
            value: Some(correction.map_or(value, |correction| correction.first)),
            comment: comment_on(kpi, months).to_owned(),
            ..RecordKpiValueRequest::default()
        };
        let recorded = client
            .record_kpi_value(economist.request(record))
            .await
            .map(|recorded| recorded.into_inner().kpi_value.map_or(0, |value| value.id));
        let kpi_value_id = existing_id(recorded, "kpi_value_id")?;
        if let Some(correction) = correction {
            let correct = CorrectKpiValueRequest {
                kpi_value_id,
                value: Some(value),
                comment: Some(correction.comment.to_owned()),
                ..CorrectKpiValueRequest::default()
            };
            client.correct_kpi_value(economist.request(correct)).await?;
        }
    }
    Ok(())
}

fn first_month(today: NaiveDate) -> NaiveDate {
    let count = today.year() * 12 + i32::try_from(today.month0()).unwrap_or(0) - MONTHS;
    let month = u32::try_from(count % 12 + 1).unwrap_or(1);
    NaiveDate::from_ymd_opt(count / 12, month, 1).unwrap_or_default()
}

/// The id of the created object, or of the existing one with the same name.
fn existing_id(created: Result<i64, Status>, id: &str) -> Result<i64, DemoError> {
    created.or_else(|status| {
        let info = status.get_details_error_info();
        let there = info.and_then(|info| info.metadata.get(id)?.parse().ok());
        there.ok_or_else(|| status.into())
    })
}

async fn name_organisation(connect: &PgConnectOptions, name: &str) -> Result<(), DemoError> {
    sqlx::query!(
        "update org.organisation set name = $1, update_time = now()",
        name
    )
    .execute(&operator_pool(connect, "kreis_owner"))
    .await
    .map_err(DatabaseError::from)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_years_end_with_last_month() {
        let today = NaiveDate::from_ymd_opt(2026, 1, 15).unwrap();
        assert_eq!(
            first_month(today),
            NaiveDate::from_ymd_opt(2023, 1, 1).unwrap()
        );
    }
}
