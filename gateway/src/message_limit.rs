//! Limits the size of the messages in a stream. The length of each message is in its prefix of five
//! bytes (gRPC over HTTP/2, length-prefixed message). The body is neither copied nor kept.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tonic::{Status, body::Body};

const PREFIX: usize = 5;

/// The body, and the current position in it.
pub(crate) struct MessageLimit {
    body: Body,
    limit: usize,
    prefix: [u8; PREFIX],
    prefix_read: usize,
    message_left: usize,
    exceeded: Arc<AtomicBool>,
}

impl MessageLimit {
    /// Before a message of more than `limit` bytes passes, sets `exceeded` and ends in an error.
    pub(crate) fn new(body: Body, limit: usize, exceeded: Arc<AtomicBool>) -> Self {
        Self {
            body,
            limit,
            prefix: [0; PREFIX],
            prefix_read: 0,
            message_left: 0,
            exceeded,
        }
    }

    /// Reads the next piece of the body; returns whether it is within the limit.
    fn is_within_limit(&mut self, mut piece: &[u8]) -> bool {
        while !piece.is_empty() {
            if self.message_left > 0 {
                let passed = self.message_left.min(piece.len());
                self.message_left -= passed;
                piece = &piece[passed..];
                continue;
            }
            self.prefix[self.prefix_read] = piece[0];
            self.prefix_read += 1;
            piece = &piece[1..];
            if self.prefix_read == PREFIX {
                let [_, length @ ..] = self.prefix;
                let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
                if length > self.limit {
                    return false;
                }
                self.message_left = length;
                self.prefix_read = 0;
            }
        }
        true
    }
}

impl http_body::Body for MessageLimit {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
            && !self.is_within_limit(data)
        {
            self.exceeded.store(true, Ordering::Relaxed);
            let refused = Status::resource_exhausted("the message is too large");
            return Poll::Ready(Some(Err(refused)));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limited(limit: usize) -> MessageLimit {
        MessageLimit::new(Body::empty(), limit, Arc::default())
    }

    #[test]
    fn a_message_of_the_limit_passes_and_one_byte_more_does_not() {
        for (length, passes) in [(10_u32, true), (11, false)] {
            let mut message = vec![0];
            message.extend(length.to_be_bytes());
            // With every possible size of the pieces.
            for size in 1..=message.len() {
                let mut limited = limited(10);
                let within = message
                    .chunks(size)
                    .all(|piece| limited.is_within_limit(piece));
                assert_eq!(within, passes, "{length} in pieces of {size}");
            }
        }
    }

    #[test]
    fn a_second_message_is_measured_too() {
        let mut limited = limited(4);
        assert!(limited.is_within_limit(&[0, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0]));
        assert!(!limited.is_within_limit(&[0, 5]));
    }
}
