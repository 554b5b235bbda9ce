//! The request and the response of a unary call. Each is read completely, within limits, and counts
//! towards the bytes that its client may hold.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use kreis_server::{
    client_limits::{BytesPermit, RequestClient},
    connections, status,
};
use tonic::{Status, body::Body};

/// Length of the prefix: a flag and the length of the message (gRPC over HTTP/2,
/// "Length-Prefixed-Message").
const PREFIX: usize = 5;

/// A message with its prefix, as received.
pub(crate) struct UnaryMessage {
    pub(crate) bytes: Bytes,
    _permit: Option<BytesPermit>,
}

impl UnaryMessage {
    /// Reads a body that is one message of at most `limit` bytes. The message is copied into one
    /// piece, so that a body in tiny pieces uses no more memory.
    pub(crate) async fn read(
        mut body: Body,
        limit: usize,
        client: Option<&RequestClient>,
    ) -> Result<Self, Status> {
        let mut bytes = BytesMut::with_capacity(PREFIX);
        let mut expected_bytes = None;
        let mut permit = None;
        while let Some(frame) = body.frame().await {
            let Ok(mut data) = frame.map_err(|error| unreadable(&error))?.into_data() else {
                continue;
            };
            if expected_bytes.is_none() {
                let missing = (PREFIX - bytes.len()).min(data.len());
                bytes.put(data.split_to(missing));
                if bytes.len() == PREFIX {
                    let length = (&bytes[1..]).get_u32();
                    let length = usize::try_from(length).unwrap_or(usize::MAX);
                    if length > limit {
                        return Err(status::message_too_large(limit));
                    }
                    permit = client
                        .map(|client| client.acquire_bytes(length))
                        .transpose()?;
                    bytes.reserve(length);
                    expected_bytes = Some(PREFIX + length);
                }
            }
            if expected_bytes
                .is_some_and(|expected_bytes| bytes.len() + data.len() > expected_bytes)
            {
                return Err(status::malformed_message("the call takes one message"));
            }
            bytes.put(data);
        }
        if expected_bytes != Some(bytes.len()) {
            return Err(status::malformed_message(
                "the body ends before its message",
            ));
        }
        Ok(Self {
            bytes: bytes.freeze(),
            _permit: permit,
        })
    }
}

/// The status for a body that cannot be read. The client caused the error, not the server.
fn unreadable(error: &Status) -> Status {
    if connections::is_client_disconnect(error) {
        status::cancelled()
    } else {
        status::malformed_message("the body cannot be read")
    }
}

/// A body that was read completely. A client that reads slowly or never therefore does not block
/// other responses on the connection to the service.
pub(crate) struct BufferedBody {
    pieces: std::vec::IntoIter<Bytes>,
    left: usize,
    trailers: Option<HeaderMap>,
    _permits: Vec<BytesPermit>,
}

impl BufferedBody {
    pub(crate) async fn read(
        mut body: Body,
        client: Option<&RequestClient>,
    ) -> Result<Self, Status> {
        let (mut pieces, mut left, mut trailers) = (Vec::new(), 0, None);
        let mut permits = Vec::new();
        while let Some(frame) = body.frame().await {
            match frame?.into_data() {
                Ok(data) => {
                    permits.extend(
                        client
                            .map(|client| client.acquire_bytes(data.len()))
                            .transpose()?,
                    );
                    left += data.len();
                    pieces.push(data);
                }
                Err(other) => trailers = other.into_trailers().ok(),
            }
        }
        Ok(Self {
            pieces: pieces.into_iter(),
            left,
            trailers,
            _permits: permits,
        })
    }
}

impl http_body::Body for BufferedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(piece) = self.pieces.next() {
            self.left -= piece.len();
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        Poll::Ready(
            self.trailers
                .take()
                .map(|trailers| Ok(Frame::trailers(trailers))),
        )
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0 && self.trailers.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        // gRPC-Web writes the trailers into the body, so the length is not known.
        if self.trailers.is_some() {
            return SizeHint::default();
        }
        SizeHint::with_exact(self.left as u64)
    }
}

/// The client of a request; absent in tests without a connection.
pub(crate) fn client_of<B>(request: &http::Request<B>) -> Option<Arc<RequestClient>> {
    request.extensions().get().cloned()
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::StreamBody;
    use tonic::Code;

    use super::*;

    /// Reads a body that arrives in pieces of this size.
    async fn read(bytes: &[u8], size: usize, limit: usize) -> Result<Bytes, Code> {
        let pieces: Vec<_> = bytes
            .chunks(size)
            .map(|piece| Ok::<_, Status>(Frame::data(Bytes::copy_from_slice(piece))))
            .collect();
        let body = Body::new(StreamBody::new(stream::iter(pieces)));
        let read = UnaryMessage::read(body, limit, None).await;
        read.map(|message| message.bytes)
            .map_err(|status| status.code())
    }

    fn framed(length: u32) -> Vec<u8> {
        let mut message = vec![0];
        message.extend(length.to_be_bytes());
        message.resize(PREFIX + length as usize, 7);
        message
    }

    #[tokio::test]
    async fn a_message_of_the_limit_is_taken_and_one_byte_more_is_not() {
        for size in 1..20 {
            assert_eq!(read(&framed(10), size, 10).await.unwrap(), framed(10));
            let refused = read(&framed(11), size, 10).await;
            assert_eq!(refused.unwrap_err(), Code::ResourceExhausted, "{size}");
        }
    }

    #[tokio::test]
    async fn a_second_message_and_a_part_of_one_are_refused() {
        for size in 1..20 {
            for second in [0, 3] {
                let both = [framed(4), framed(second)].concat();
                assert_eq!(
                    read(&both, size, 10).await.unwrap_err(),
                    Code::InvalidArgument
                );
            }
            for cut in 0..9 {
                let refused = read(&framed(4)[..cut], size, 10).await;
                assert_eq!(refused.unwrap_err(), Code::InvalidArgument, "{cut}");
            }
        }
    }
}
