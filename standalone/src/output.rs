//! Standard output and standard error. The next program of a pipe may close them.

use std::io::{self, ErrorKind, Write};

/// Writes until the output is closed, and then drops the rest. So `kreis import … | head` still
/// carries out the whole import.
#[derive(Debug)]
pub struct IgnoreBrokenPipe<W> {
    inner: W,
    closed: bool,
}

impl<W: Write> IgnoreBrokenPipe<W> {
    /// An output that is not closed yet.
    pub const fn new(inner: W) -> Self {
        Self {
            inner,
            closed: false,
        }
    }

    fn or_closed<T>(&mut self, outcome: io::Result<T>, dropped: T) -> io::Result<T> {
        match outcome {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(dropped)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for IgnoreBrokenPipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let outcome = self.inner.write(bytes);
        self.or_closed(outcome, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let outcome = self.inner.flush();
        self.or_closed(outcome, ())
    }
}

/// Standard output, until it is closed.
#[must_use]
pub fn stdout() -> IgnoreBrokenPipe<io::Stdout> {
    IgnoreBrokenPipe::new(io::stdout())
}

/// Standard error, until it is closed.
#[must_use]
pub fn stderr() -> IgnoreBrokenPipe<io::Stderr> {
    IgnoreBrokenPipe::new(io::stderr())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe whose reader has gone, or a full disk.
    struct Broken(ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn output_to_a_closed_pipe_is_dropped_and_every_other_error_is_returned() {
        let mut pipe = IgnoreBrokenPipe::new(Broken(ErrorKind::BrokenPipe));
        writeln!(pipe, "one").unwrap();
        writeln!(pipe, "two").unwrap();
        pipe.flush().unwrap();
        let mut disk = IgnoreBrokenPipe::new(Broken(ErrorKind::StorageFull));
        assert!(writeln!(disk, "one").is_err());
        assert!(disk.flush().is_err());
    }
}
