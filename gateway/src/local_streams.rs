//! Limits for the gateway's own streams, reflection and health watches: their number per
//! connection, their bytes and their time.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::Frame;
use http_body_util::Limited;
use kreis_server::{client_limits::StreamPermit, status};
use tokio::time::Sleep;
use tonic::{Status, body::Body};

use crate::{message_limit::MessageLimit, unary_message::client_of};

/// Largest request message, in bytes. It is the name of a symbol or of a service, and an error
/// repeats it.
const MAX_STREAM_MESSAGE_BYTES: usize = 240;
/// Maximum number of bytes that a client may send over one stream: hundreds of requests.
const MAX_STREAM_BYTES: usize = 64 * 1024;
/// Longest health watch. The client must then start a new one.
const MAX_WATCH_TIME: Duration = Duration::from_mins(5);
const WATCH: &str = "/grpc.health.v1.Health/Watch";

/// Limits of one stream.
pub(crate) struct StreamLimits {
    permit: Option<StreamPermit>,
    longest: Duration,
    exceeded: Arc<AtomicBool>,
}

/// Takes a permit for a stream, and limits what its client may send.
pub(crate) fn begin(
    request: Request<Body>,
    longest_call: Duration,
) -> Result<(Request<Body>, StreamLimits), Status> {
    let permit = client_of(&request)
        .map(|client| client.acquire_stream())
        .transpose()?;
    let longest = if request.uri().path() == WATCH {
        MAX_WATCH_TIME
    } else {
        longest_call
    };
    let exceeded = Arc::<AtomicBool>::default();
    let request = request.map(|body| {
        let messages = MessageLimit::new(body, MAX_STREAM_MESSAGE_BYTES, Arc::clone(&exceeded));
        Body::new(Limited::new(messages, MAX_STREAM_BYTES))
    });
    let limits = StreamLimits {
        permit,
        longest,
        exceeded,
    };
    Ok((request, limits))
}

impl StreamLimits {
    /// Ends the response when its time is over.
    pub(crate) fn apply(self, response: Response<Body>) -> Response<Body> {
        response.map(|body| {
            Body::new(LimitedStream {
                body,
                end: Some(Box::pin(tokio::time::sleep(self.longest))),
                exceeded: self.exceeded,
                _permit: self.permit,
            })
        })
    }
}

struct LimitedStream {
    body: Body,
    /// Absent after the time is over.
    end: Option<Pin<Box<Sleep>>>,
    /// Whether a request message was too large.
    exceeded: Arc<AtomicBool>,
    _permit: Option<StreamPermit>,
}

impl http_body::Body for LimitedStream {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(end) = &mut self.end else {
            return Poll::Ready(None);
        };
        let over = end.as_mut().poll(context).is_ready();
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let refused = if self.exceeded.load(Ordering::Relaxed) {
            status::message_too_large(MAX_STREAM_MESSAGE_BYTES)
        } else if over {
            status::deadline_exceeded()
        } else {
            return polled;
        };
        self.end = None;
        let mut trailers = HeaderMap::new();
        let written = refused.add_header(&mut trailers);
        Poll::Ready(Some(written.map(|()| Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.end.is_none() || self.body.is_end_stream()
    }
}
