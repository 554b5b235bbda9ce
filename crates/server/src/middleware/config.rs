//! Configuration of the middleware.

use std::{sync::Arc, time::Duration};

use crate::{
    access::AccessPolicy, authenticator::Authenticator, call_queue::CallQueues,
    metrics::CallMetrics,
};

/// How callers prove who they are.
#[derive(Clone)]
pub enum Authentication {
    /// Users with an access token. They may call everything except INTERNAL RPCs.
    AccessToken(Authenticator),
    /// Other servers with the shared secret. They may call only INTERNAL and public RPCs.
    SharedSecret(Arc<str>),
}

/// Configuration of the middleware.
#[derive(Clone)]
pub struct MiddlewareConfig {
    /// Name of the server, for its log lines.
    pub server: &'static str,
    /// Who may call what.
    pub policy: AccessPolicy,
    /// How callers authenticate.
    pub authentication: Authentication,
    /// Whether clients outside the installation call. Their call ids are replaced.
    pub is_public: bool,
    /// Longest time of a call. A longer deadline of the caller is shortened to it.
    pub longest_call: Duration,
    /// Largest message that the server behind it reads, in bytes.
    pub largest_message: usize,
    /// Queues for calls; absent if the number of calls has no limit.
    pub call_queues: Option<CallQueues>,
    /// Counts its calls.
    pub metrics: CallMetrics,
}
