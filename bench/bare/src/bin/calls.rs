//! A load of gRPC calls. Each client has a connection of its own and makes one
//! call after the other. Prints one line of JSON: successful calls, failed calls,
//! seconds, and the median and 99th percentile of the time of a call, in
//! microseconds.
//!
//! `calls URL PATH CLIENTS SECONDS REQUESTS`, with an access token in `TOKEN` if
//! the server needs one. REQUESTS is a file of messages; the length of each comes
//! before it in four bytes (big-endian). A client sends every CLIENTS-th message,
//! again and again, so no two clients send the same.

#![expect(
    clippy::disallowed_methods,
    reason = "it does without what kreis stands on"
)]

use std::{
    env,
    time::{Duration, Instant},
};

use http::uri::PathAndQuery;
use tokio::task::JoinSet;
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{BufferSettings, Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::Bytes,
    metadata::AsciiMetadataValue,
    transport::Channel,
};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

#[derive(Default)]
struct Tally {
    micros: Vec<u128>,
    failed: u64,
    fault: String,
}

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, path, clients, seconds, requests] = arguments.as_slice() else {
        return Err("calls URL PATH CLIENTS SECONDS REQUESTS".into());
    };
    let path: PathAndQuery = path.parse()?;
    let clients: usize = clients.parse()?;
    let span = Duration::from_secs_f64(seconds.parse()?);
    let messages = kreis_bench_bare::requests(requests)?;
    let token = match env::var("TOKEN") {
        Ok(token) => Some(format!("Bearer {token}").parse()?),
        Err(_) => None,
    };

    let mut channels = Vec::with_capacity(clients);
    for _ in 0..clients {
        channels.push(Channel::from_shared(url.clone())?.connect().await?);
    }
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for (client, channel) in channels.into_iter().enumerate() {
        let own = messages.iter().skip(client).step_by(clients);
        let own = own.cloned().collect();
        tasks.spawn(call(
            channel,
            path.clone(),
            token.clone(),
            own,
            began + span,
        ));
    }
    let mut all = Tally::default();
    while let Some(tally) = tasks.join_next().await {
        let tally = tally?;
        all.micros.extend(tally.micros);
        all.failed += tally.failed;
        if all.fault.is_empty() {
            all.fault = tally.fault;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    all.micros.sort_unstable();
    let calls = all.micros.len();
    let at = |part: usize| all.micros.get(calls * part / 100).copied().unwrap_or(0);
    if !all.fault.is_empty() {
        eprintln!("{}", all.fault);
    }
    println!(
        r#"{{"calls": {calls}, "failed": {}, "seconds": {seconds:.3}, "p50": {}, "p99": {}}}"#,
        all.failed,
        at(50),
        at(99),
    );
    Ok(())
}

async fn call(
    channel: Channel,
    path: PathAndQuery,
    token: Option<AsciiMetadataValue>,
    messages: Vec<Bytes>,
    until: Instant,
) -> Tally {
    let mut client = Grpc::new(channel);
    let mut tally = Tally::default();
    for message in messages.iter().cycle() {
        if Instant::now() >= until {
            break;
        }
        let mut request = Request::new(message.clone());
        if let Some(token) = &token {
            request
                .metadata_mut()
                .insert("authorization", token.clone());
        }
        let asked = Instant::now();
        let answer = match client.ready().await {
            Ok(()) => client.unary(request, path.clone(), Raw).await,
            Err(error) => Err(Status::unavailable(error.to_string())),
        };
        match answer {
            Ok(_) => tally.micros.push(asked.elapsed().as_micros()),
            Err(status) => {
                tally.failed += 1;
                tally.fault = status.to_string();
            }
        }
    }
    tally
}

/// Sends messages as they are, and drops responses.
#[derive(Clone, Copy, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = usize;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        bytes::BufMut::put(into, message);
        Ok(())
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}

impl Decoder for Raw {
    type Item = usize;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<usize>, Status> {
        use bytes::Buf;
        let length = from.remaining();
        from.advance(length);
        Ok(Some(length))
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}
