//! Tracks whether a connection makes progress: whether its client reads waiting responses, and
//! whether a request is in progress.

use std::{
    collections::HashMap,
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tower::Service;

use crate::client_limits::ClientConnection;

/// Maximum number of bytes of a response that the protocol gets at once, if the client is outside
/// the installation. HTTP/2 keeps what a client has not read yet, for each stream.
const MAX_FRAME_BYTES: usize = 4 * 1024;

/// Progress of one connection.
pub(super) struct Progress {
    state: Mutex<State>,
}

struct State {
    began: Instant,
    /// Since when no request is in progress; absent while one is.
    idle_since: Option<Instant>,
    /// Since when the socket accepts no more bytes.
    blocked_since: Option<Instant>,
    next_request: u64,
    /// The requests in progress, each with the time since when the server waits for its client;
    /// absent while the server works.
    requests: HashMap<u64, Option<Instant>>,
}

impl Default for Progress {
    fn default() -> Self {
        let now = Instant::now();
        Self {
            state: Mutex::new(State {
                began: now,
                idle_since: Some(now),
                blocked_since: None,
                next_request: 0,
                requests: HashMap::new(),
            }),
        }
    }
}

impl Progress {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the client has not read a waiting response.
    pub(super) fn stalled_for(&self) -> Duration {
        let state = self.state();
        let waiting = state
            .requests
            .values()
            .flatten()
            .chain(&state.blocked_since);
        waiting.min().map(Instant::elapsed).unwrap_or_default()
    }

    /// How long the socket has accepted no bytes although some wait.
    pub(super) fn blocked_for(&self) -> Duration {
        let blocked_since = self.state().blocked_since;
        blocked_since
            .map(|since| since.elapsed())
            .unwrap_or_default()
    }

    /// How long there has been no request.
    pub(super) fn idle_for(&self) -> Duration {
        let idle_since = self.state().idle_since;
        idle_since.map(|since| since.elapsed()).unwrap_or_default()
    }

    /// How old the connection is.
    pub(super) fn age(&self) -> Duration {
        self.state().began.elapsed()
    }

    fn begin_request(self: &Arc<Self>) -> RequestProgress {
        let mut state = self.state();
        let id = state.next_request;
        state.next_request += 1;
        state.requests.insert(id, None);
        state.idle_since = None;
        RequestProgress {
            progress: Arc::clone(self),
            id,
        }
    }
}

/// A request in progress, until it is dropped.
struct RequestProgress {
    progress: Arc<Progress>,
    id: u64,
}

impl RequestProgress {
    /// Records that bytes wait for the client.
    fn waits_for_client(&self) {
        let mut state = self.progress.state();
        state.requests.insert(self.id, Some(Instant::now()));
    }

    /// Records that the client waits for the server.
    fn waits_for_server(&self) {
        self.progress.state().requests.insert(self.id, None);
    }
}

impl Drop for RequestProgress {
    fn drop(&mut self) {
        let mut state = self.progress.state();
        state.requests.remove(&self.id);
        if state.requests.is_empty() {
            state.idle_since = Some(Instant::now());
        }
    }
}

/// A service that adds the client to each request. With a `Progress`, it also tracks how its
/// responses are read.
#[derive(Clone)]
pub(super) struct TrackedService<S> {
    inner: S,
    connection: Arc<ClientConnection>,
    progress: Option<Arc<Progress>>,
}

impl<S> TrackedService<S> {
    pub(super) fn new(
        inner: S,
        connection: Arc<ClientConnection>,
        progress: Option<Arc<Progress>>,
    ) -> Self {
        Self {
            inner,
            connection,
            progress,
        }
    }
}

impl<S, R, B> Service<Request<R>> for TrackedService<S>
where
    S: Service<Request<R>, Response = Response<B>>,
    S::Future: Send + 'static,
{
    type Response = Response<PacedBody<B>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<R>) -> Self::Future {
        let client = self.connection.client(request.headers());
        request.extensions_mut().insert(client);
        let request_progress = self.progress.as_ref().map(Progress::begin_request);
        let answering = self.inner.call(request);
        Box::pin(async move {
            let response = answering.await?;
            if let Some(request_progress) = &request_progress {
                request_progress.waits_for_client();
            }
            Ok(response.map(|body| PacedBody {
                body,
                rest: Bytes::new(),
                request_progress,
            }))
        })
    }
}

/// A body that is sent in small pieces and records whether client or server must act next. Without
/// a `Progress` it is sent unchanged.
pub(super) struct PacedBody<B> {
    body: B,
    /// The rest of a piece that was too large.
    rest: Bytes,
    request_progress: Option<RequestProgress>,
}

impl<B: Body<Data = Bytes> + Unpin> Body for PacedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let Self {
            body,
            rest,
            request_progress,
        } = &mut *self;
        let Some(request_progress) = request_progress else {
            return Pin::new(body).poll_frame(context);
        };
        if rest.is_empty() {
            let Poll::Ready(frame) = Pin::new(body).poll_frame(context) else {
                request_progress.waits_for_server();
                return Poll::Pending;
            };
            match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => *rest = data,
                Some(Ok(Err(trailers))) => {
                    request_progress.waits_for_client();
                    return Poll::Ready(Some(Ok(trailers)));
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        request_progress.waits_for_client();
        let length = rest.len().min(MAX_FRAME_BYTES);
        Poll::Ready(Some(Ok(Frame::data(rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (hint, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut all = SizeHint::new();
        if let Some(upper) = hint.upper() {
            all.set_upper(upper + rest);
        }
        all.set_lower(hint.lower() + rest);
        all
    }
}

/// A socket that records in a `Progress`, if it has one, since when it accepts no more bytes.
pub(super) struct TrackedStream {
    stream: TcpStream,
    progress: Option<Arc<Progress>>,
    blocked: bool,
}

impl TrackedStream {
    pub(super) fn new(stream: TcpStream, progress: Option<Arc<Progress>>) -> Self {
        Self {
            stream,
            progress,
            blocked: false,
        }
    }

    /// The socket, to peek at received bytes.
    pub(super) fn socket(&self) -> &TcpStream {
        &self.stream
    }

    fn note<T>(&mut self, polled: Poll<T>) -> Poll<T> {
        if let Some(progress) = &self.progress
            && polled.is_pending() != self.blocked
        {
            self.blocked = polled.is_pending();
            progress.state().blocked_since = self.blocked.then(Instant::now);
        }
        polled
    }
}

impl AsyncRead for TrackedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for TrackedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.note(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, future::ready};

    use http_body_util::{BodyExt, Full};
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::client_limits::{ClientLimiter, ClientLimits};

    /// The lengths of the pieces of a response of this many bytes.
    async fn pieces(length: usize, progress: Option<Arc<Progress>>) -> Vec<usize> {
        let connection = ClientLimiter::new(ClientLimits::INTERNAL)
            .connect([127, 0, 0, 1].into(), false)
            .unwrap();
        let answer = move |_: Request<()>| {
            let body = Full::new(Bytes::from(vec![0; length]));
            ready(Ok::<_, Infallible>(Response::new(body)))
        };
        let watched = TrackedService::new(service_fn(answer), connection, progress);
        let Ok(response) = watched.oneshot(Request::new(())).await;
        let mut body = response.into_body();
        let mut lengths = Vec::new();
        while let Some(Ok(frame)) = body.frame().await {
            lengths.extend(frame.data_ref().map(Bytes::len));
        }
        lengths
    }

    #[tokio::test]
    async fn an_answer_is_cut_into_pieces_for_strangers_alone() {
        let strangers = Some(Arc::<Progress>::default());
        assert_eq!(
            pieces(10_000, strangers).await,
            [MAX_FRAME_BYTES, MAX_FRAME_BYTES, 1_808]
        );
        assert_eq!(pieces(10_000, None).await, [10_000]);
    }
}
