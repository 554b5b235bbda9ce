//! A TCP channel to a server that can be frozen, broken, and redirected to another server.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{broadcast, watch},
};

/// A channel to a server.
pub struct TcpProxy {
    /// The address at which it begins.
    pub address: SocketAddr,
    server: watch::Sender<SocketAddr>,
    frozen: watch::Sender<bool>,
    broken: broadcast::Sender<Vec<u8>>,
    longest_answer: watch::Sender<usize>,
}

impl TcpProxy {
    /// A channel that passes everything on to a server.
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let tcp_proxy = Self {
            address: listener.local_addr().expect("it was bound"),
            server: watch::Sender::new(server),
            frozen: watch::Sender::new(false),
            broken: broadcast::Sender::new(1),
            longest_answer: watch::Sender::new(usize::MAX),
        };
        let (server, frozen, broken) = (
            tcp_proxy.server.clone(),
            tcp_proxy.frozen.clone(),
            tcp_proxy.broken.clone(),
        );
        let longest_answer = tcp_proxy.longest_answer.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let server = *server.borrow();
                let Ok(far) = TcpStream::connect(server).await else {
                    continue;
                };
                let (near_in, near_out) = near.into_split();
                let (far_in, far_out) = far.into_split();
                let longest = *longest_answer.borrow();
                for (from, to, most) in
                    [(near_in, far_out, usize::MAX), (far_in, near_out, longest)]
                {
                    tokio::spawn(carry(
                        from,
                        to,
                        most,
                        frozen.subscribe(),
                        broken.subscribe(),
                    ));
                }
            }
        });
        tcp_proxy
    }

    /// While frozen, the channel holds all bytes back.
    pub fn freeze(&self, frozen: bool) {
        self.frozen.send_replace(frozen);
    }

    /// Breaks each new connection after this many bytes from the server.
    pub fn break_after(&self, bytes: usize) {
        self.longest_answer.send_replace(bytes);
    }

    /// Breaks the existing connections, after sending some last bytes to both ends.
    pub fn break_off(&self, last_bytes: Vec<u8>) {
        // Sending fails if there is no connection.
        let _ = self.broken.send(last_bytes);
    }

    /// Breaks the existing connections. New ones go to another server.
    pub fn redirect_to(&self, server: SocketAddr) {
        self.server.send_replace(server);
        self.break_off(Vec::new());
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    most: usize,
    mut frozen: watch::Receiver<bool>,
    mut broken: broadcast::Receiver<Vec<u8>>,
) {
    let carrying = async {
        let mut bytes = vec![0; 16_384];
        let mut left = most;
        while let Ok(length @ 1..) = from.read(&mut bytes).await {
            let Some(rest) = left.checked_sub(length) else {
                return;
            };
            left = rest;
            if frozen.wait_for(|frozen| !frozen).await.is_err()
                || to.write_all(&bytes[..length]).await.is_err()
            {
                return;
            }
        }
    };
    let last_bytes = tokio::select! {
        () = carrying => return,
        last_bytes = broken.recv() => last_bytes.unwrap_or_default(),
    };
    // The end may be closed already.
    let _ = to.write_all(&last_bytes).await;
}
