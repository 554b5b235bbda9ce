//! Calls byte by byte, for requests that no correct client sends.

use std::net::IpAddr;

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, Error, connect::HttpConnector},
    rt::TokioExecutor,
};
use tonic::{Code, Status};

/// A response as received.
#[derive(Debug)]
pub struct RawAnswer {
    /// HTTP status.
    pub http: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// Trailers, if there were any.
    pub trailers: HeaderMap,
}

impl RawAnswer {
    /// The gRPC status, from the headers or the trailers.
    #[must_use]
    pub fn status(&self) -> Status {
        Status::from_header_map(&self.headers)
            .or_else(|| Status::from_header_map(&self.trailers))
            .unwrap_or_else(|| Status::new(Code::Unknown, format!("HTTP {}", self.http)))
    }

    /// The parts of a gRPC-Web response: the message, and the trailers as text.
    #[must_use]
    pub fn web_parts(&self) -> (Bytes, String) {
        let mut body = self.body.clone();
        let mut message = Bytes::new();
        while let Some(prefix) = body.first_chunk() {
            let [flags, a, b, c, d] = *prefix;
            let length = u32::from_be_bytes([a, b, c, d]) as usize;
            let frame = body.split_to(5 + length).split_off(5);
            if flags & 0x80 != 0 {
                return (message, String::from_utf8_lossy(&frame).into_owned());
            }
            message = frame;
        }
        (message, String::new())
    }

    /// Success, or the error status.
    pub fn outcome(&self) -> Result<(), Status> {
        let status = self.status();
        if status.code() == Code::Ok {
            Ok(())
        } else {
            Err(status)
        }
    }
}

/// A client that sends any bytes, over HTTP/1.1 or HTTP/2.
#[derive(Clone)]
pub struct RawClient {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
}

impl RawClient {
    /// Over HTTP/2, as gRPC does.
    #[must_use]
    pub fn http2(base: impl Into<String>) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .http2_only(true)
            .build_http();
        Self {
            client,
            base: base.into(),
        }
    }

    /// Over HTTP/2, from this address of the machine, with a window of at most 64 KiB for responses
    /// that are not read.
    #[must_use]
    pub fn slow(base: impl Into<String>, from: IpAddr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_local_address(Some(from));
        let client = Client::builder(TokioExecutor::new())
            .http2_only(true)
            .http2_initial_connection_window_size(65_535)
            .build(connector);
        Self {
            client,
            base: base.into(),
        }
    }

    /// Over HTTP/1.1, as browsers may.
    #[must_use]
    pub fn http1(base: impl Into<String>) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self {
            client,
            base: base.into(),
        }
    }

    /// Sends a request. Fails only if the connection breaks.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<RawAnswer, Error> {
        let answer = self.begin(method, path, headers, body).await?;
        let (parts, body) = answer.into_parts();
        // If the body breaks off, the part before it counts.
        let (body, trailers) = match body.collect().await {
            Ok(collected) => {
                let trailers = collected.trailers().cloned().unwrap_or_default();
                (collected.to_bytes(), trailers)
            }
            Err(_) => (Bytes::new(), HeaderMap::new()),
        };
        Ok(RawAnswer {
            http: parts.status,
            headers: parts.headers,
            body,
            trailers,
        })
    }

    /// Sends a request and reads only the headers of the response.
    pub async fn begin(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Response<Incoming>, Error> {
        let mut request = Request::new(Full::new(body.into()));
        *request.method_mut() = method;
        *request.uri_mut() = format!("{}{path}", self.base)
            .parse()
            .expect("a path is part of a URI");
        for (name, value) in headers {
            request.headers_mut().append(
                HeaderName::from_bytes(name.as_bytes()).expect("a header name"),
                HeaderValue::from_str(value).expect("a header value"),
            );
        }
        self.client.request(request).await
    }

    /// Calls an RPC with these bytes, which need not be a valid message.
    pub async fn call(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        message: &[u8],
    ) -> Result<RawAnswer, Error> {
        let mut all = vec![
            (header::CONTENT_TYPE.as_str(), "application/grpc"),
            ("te", "trailers"),
        ];
        all.extend_from_slice(headers);
        self.send(Method::POST, path, &all, framed(message)).await
    }
}

/// A message with gRPC's prefix: the flag for no compression, and the length.
#[must_use]
pub fn framed(message: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(message.len() + 5);
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).expect("a test's message is small"));
    frame.put_slice(message);
    frame.freeze()
}
