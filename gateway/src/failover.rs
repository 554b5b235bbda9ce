//! Decides whether a call that broke off may go to another instance of its service.

use std::error::Error;

use h2::Reason;
use kreis_server::error_chain::error_chain;
use tonic::ConnectError;

/// Whether a call broke off before its server began it. Such a call can be sent again, also to
/// another server, without running twice. There are three cases:
///
/// - No server could be reached.
/// - The connection had ended, and returned the call.
/// - The connection was closing: the server had sent GOAWAY without an error. A call fails with
///   this GOAWAY only if the server had not begun it (RFC 9113, section 6.8). Calls in progress end
///   with their own responses, or as broken.
#[must_use]
pub fn was_never_sent(error: &(dyn Error + 'static)) -> bool {
    let going_away = |error: &h2::Error| {
        error.is_go_away() && error.is_remote() && error.reason() == Some(Reason::NO_ERROR)
    };
    error_chain(error).any(|cause| {
        cause.is::<ConnectError>()
            || cause.downcast_ref().is_some_and(hyper::Error::is_canceled)
            || cause.downcast_ref().is_some_and(going_away)
    })
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use http::{Request, Version};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };
    use tonic::{body::Body, transport::Endpoint};
    use tower::ServiceExt;

    use super::*;

    /// Frame headers for the whole connection: length, type, flags, stream 0.
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const GO_AWAY: [u8; 9] = [0, 0, 8, 7, 0, 0, 0, 0, 0];

    fn go_away(last_stream: u32, reason: Reason) -> Vec<u8> {
        let reason = u32::from(reason).to_be_bytes();
        [&GO_AWAY[..], &last_stream.to_be_bytes(), &reason].concat()
    }

    /// Whether a client treats its call as never sent. The server sends these frames after the call
    /// has arrived, and then closes the connection.
    async fn was_never_sent_to_a_server_that_says(frames: Vec<u8>) -> bool {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(&SETTINGS).await.unwrap();
            let (mut read, mut seen) = ([0; 1024], Vec::new());
            while !has_headers(&seen) {
                let length = stream.read(&mut read).await.unwrap();
                seen.extend_from_slice(&read[..length]);
            }
            stream.write_all(&frames).await.unwrap();
            stream.shutdown().await.unwrap();
            // Reads everything else, so that the socket closes without a reset.
            while stream.read(&mut read).await.is_ok_and(|length| length > 0) {}
            pending::<()>().await;
        };
        let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
        tokio::select! {
            () = server => unreachable!("it waits"),
            never_sent = call(endpoint) => never_sent,
        }
    }

    async fn call(endpoint: Endpoint) -> bool {
        let mut request = Request::new(Body::empty());
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = "/kreis.example.v1.ExampleService/Call".parse().unwrap();
        let error = endpoint.connect_lazy().oneshot(request).await.unwrap_err();
        was_never_sent(&error)
    }

    /// Whether a client has sent a HEADERS frame.
    fn has_headers(said: &[u8]) -> bool {
        let mut frames = said.get(24..).unwrap_or_default();
        while let [a, b, c, kind, _, _, _, _, _, ..] = *frames {
            if kind == 1 {
                return true;
            }
            let length = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
            frames = frames.get(9 + length..).unwrap_or_default();
        }
        false
    }

    #[tokio::test]
    async fn a_call_without_a_connection_was_never_sent() {
        let unused = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = unused.local_addr().unwrap();
        drop(unused);
        assert!(call(Endpoint::from_shared(format!("http://{address}")).unwrap()).await);
    }

    #[tokio::test]
    async fn a_call_past_the_last_one_of_a_server_that_goes_was_never_sent() {
        assert!(was_never_sent_to_a_server_that_says(go_away(0, Reason::NO_ERROR)).await);
    }

    #[tokio::test]
    async fn a_call_that_a_server_took_before_it_went_may_have_been_done() {
        assert!(!was_never_sent_to_a_server_that_says(go_away(1, Reason::NO_ERROR)).await);
    }

    #[tokio::test]
    async fn of_a_server_in_trouble_nothing_is_known() {
        assert!(!was_never_sent_to_a_server_that_says(go_away(0, Reason::INTERNAL_ERROR)).await);
    }

    #[tokio::test]
    async fn a_call_that_was_cut_off_may_have_been_done() {
        assert!(!was_never_sent_to_a_server_that_says(Vec::new()).await);
    }
}
