//! A load at a fixed rate: it sends calls on time, even if earlier calls have no response yet.
//! Each call has a deadline. Calls alternate between two kinds.
//!
//! `offered ADDRESS CONNECTIONS RATE SECONDS DEADLINE_MS PATH REQUESTS PATH REQUESTS`, with an
//! access token in `TOKEN`. REQUESTS is a file of messages; the length of each comes before it
//! in four bytes (big-endian). Prints one line of JSON: calls sent, successful, refused because
//! of overload, late, and failed otherwise; the median and 99th percentile of the time of
//! successful calls, in microseconds; and the number of successful calls in each second.

#![expect(
    clippy::disallowed_methods,
    reason = "it does without what kreis stands on"
)]

use std::{
    env,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{net::TcpStream, sync::mpsc, time::timeout};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Interval at which due calls are sent.
const TICK: Duration = Duration::from_millis(1);
/// gRPC's code for a call that was refused because of overload.
const RESOURCE_EXHAUSTED: &[u8] = b"8";

/// The outcome of a call.
enum Outcome {
    /// Successful; the time since it was due.
    Well(Duration),
    Refused,
    Late,
    Failed,
}

/// Calls of one kind.
struct Kind {
    uri: Uri,
    frames: Vec<Bytes>,
}

struct Plan {
    kinds: [Kind; 2],
    authorization: HeaderValue,
    deadline: Duration,
}

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [
        address,
        connections,
        rate,
        seconds,
        deadline,
        first @ ..,
        path,
        requests,
    ] = arguments.as_slice()
    else {
        return Err("see the source for its arguments".into());
    };
    let [other_path, other_requests] = first else {
        return Err("there are two kinds of calls".into());
    };
    let connections: usize = connections.parse()?;
    let pause = Duration::from_secs_f64(1.0 / rate.parse::<f64>()?);
    let span = Duration::from_secs_f64(seconds.parse()?);
    let plan = Arc::new(Plan {
        kinds: [
            kind(address, other_path, other_requests)?,
            kind(address, path, requests)?,
        ],
        authorization: format!("Bearer {}", env::var("TOKEN")?).parse()?,
        deadline: Duration::from_millis(deadline.parse()?),
    });

    let mut ways = Vec::new();
    for _ in 0..connections {
        ways.push(connect(address).await?);
    }
    let (told, mut outcomes) = mpsc::unbounded_channel();
    let began = Instant::now();
    let mut offered = 0_usize;
    let mut tick = tokio::time::interval(TICK);
    while began.elapsed() < span {
        tick.tick().await;
        let due = usize::try_from(began.elapsed().as_nanos() / pause.as_nanos())?;
        for number in offered..due {
            let (plan, told) = (Arc::clone(&plan), told.clone());
            let way = ways[number % ways.len()].clone();
            let at = began + pause * u32::try_from(number)?;
            tokio::spawn(async move {
                let outcome = match timeout(plan.deadline, call(way, &plan, number)).await {
                    Ok(Ok(true)) => Outcome::Well(at.elapsed()),
                    Ok(Ok(false)) => Outcome::Refused,
                    Ok(Err(_)) => Outcome::Failed,
                    Err(_) => Outcome::Late,
                };
                // The receiver lives until the last call has ended.
                let _ = told.send((at - began, outcome));
            });
        }
        offered = due;
    }
    drop(told);

    let (mut micros, mut refused, mut late, mut failed) = (Vec::new(), 0, 0, 0);
    let mut by_second = vec![0; usize::try_from(span.as_secs())?.max(1)];
    while let Some((at, outcome)) = outcomes.recv().await {
        match outcome {
            Outcome::Well(time) => {
                micros.push(time.as_micros());
                let second = usize::try_from(at.as_secs())?.min(by_second.len() - 1);
                by_second[second] += 1;
            }
            Outcome::Refused => refused += 1,
            Outcome::Late => late += 1,
            Outcome::Failed => failed += 1,
        }
    }
    micros.sort_unstable();
    let well = micros.len();
    let at = |part: usize| micros.get(well * part / 100).copied().unwrap_or(0);
    println!(
        r#"{{"offered": {offered}, "well": {well}, "refused": {refused}, "late": {late}, "failed": {failed}, "p50": {}, "p99": {}, "by_second": {by_second:?}}}"#,
        at(50),
        at(99),
    );
    Ok(())
}

fn kind(address: &str, path: &str, requests: &str) -> Result<Kind, AnyError> {
    let messages = kreis_bench_bare::requests(requests)?;
    Ok(Kind {
        uri: format!("http://{address}{path}").parse()?,
        frames: messages.iter().map(framed).collect::<Result<_, _>>()?,
    })
}

/// A message with gRPC's prefix: the flag for no compression, and the length.
fn framed(message: &Bytes) -> Result<Bytes, AnyError> {
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len())?);
    frame.put_slice(message);
    Ok(frame.freeze())
}

async fn connect(address: &str) -> Result<SendRequest<Full<Bytes>>, AnyError> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (way, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(way)
}

/// True for a successful call, false for one that was refused because of overload.
async fn call(
    mut way: SendRequest<Full<Bytes>>,
    plan: &Plan,
    number: usize,
) -> Result<bool, AnyError> {
    let kind = &plan.kinds[number % 2];
    let frame = kind.frames[number / 2 % kind.frames.len()].clone();
    let request = Request::post(kind.uri.clone())
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("grpc-timeout", format!("{}m", plan.deadline.as_millis()))
        .header("authorization", plan.authorization.clone())
        .body(Full::new(frame))?;
    way.ready().await?;
    let answer = way.send_request(request).await?;
    let (head, body) = answer.into_parts();
    let code = if let Some(code) = head.headers.get("grpc-status") {
        code.clone()
    } else {
        let trailers = body.collect().await?.trailers().cloned();
        let code = trailers.and_then(|trailers| trailers.get("grpc-status").cloned());
        code.ok_or("an answer without a status")?
    };
    match code.as_bytes() {
        b"0" => Ok(true),
        RESOURCE_EXHAUSTED => Ok(false),
        other => Err(format!("code {}", String::from_utf8_lossy(other)).into()),
    }
}
