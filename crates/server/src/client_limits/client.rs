//! The client of a request, and the permits that a request takes from the client's limits.

use std::{net::IpAddr, sync::Arc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;

use super::{
    limits::LimitReached,
    state::{AddressHandle, LimiterState, UserLimits},
};
use crate::{id::UserId, keyed_limits::LimitsHandle, status};

/// The client of a request. It is an extension of the request.
pub struct RequestClient {
    /// Address of the client. Behind a trusted proxy, the address that the proxy names.
    pub address: IpAddr,
    /// Whether the client is known to use TLS.
    pub https: bool,
    pub(super) limiter: Arc<LimiterState>,
    /// Bytes that its connection may hold; absent behind a proxy.
    pub(super) bytes: Option<Arc<Semaphore>>,
    pub(super) streams: Arc<Semaphore>,
    pub(super) handle: AddressHandle,
}

/// A call or request in progress, until it is dropped.
#[expect(dead_code, reason = "held until the call has ended")]
pub struct CallPermit(OwnedSemaphorePermit, AddressHandle);

/// A call of a user in progress, until it is dropped.
#[expect(dead_code, reason = "held until the call has ended")]
pub struct UserCallPermit([OwnedSemaphorePermit; 2], LimitsHandle<UserId, UserLimits>);

/// A stream in progress, until it is dropped.
#[expect(dead_code, reason = "held until the stream has ended")]
pub struct StreamPermit(OwnedSemaphorePermit, AddressHandle);

/// Held bytes of a message, until it is dropped.
#[expect(dead_code, reason = "held as long as the message")]
pub struct BytesPermit(
    Option<OwnedSemaphorePermit>,
    [OwnedSemaphorePermit; 2],
    AddressHandle,
);

impl RequestClient {
    /// Begins a call. Refuses it if the address has reached its limit.
    pub fn acquire_call(&self) -> Result<CallPermit, Status> {
        let calls = Arc::clone(&self.handle.calls);
        let permit = calls.try_acquire_owned().map_err(|_| {
            self.limiter.count(LimitReached::CallsOfAddress);
            status::overloaded()
        })?;
        Ok(CallPermit(permit, Arc::clone(&self.handle)))
    }

    /// Waits until the user has fewer calls in progress than the limit. Refuses the call if too
    /// many calls of the user wait already.
    pub async fn acquire_user_call(&self, user_id: UserId) -> Result<UserCallPermit, Status> {
        let user = self.limiter.user(user_id);
        let waiting = Arc::clone(&user.running_or_waiting)
            .try_acquire_owned()
            .map_err(|_| {
                self.limiter.count(LimitReached::CallsOfUser);
                status::overloaded()
            })?;
        let running = Arc::clone(&user.running).acquire_owned().await;
        // The semaphore is never closed, so this error cannot occur.
        let running = running.map_err(|_| status::overloaded())?;
        Ok(UserCallPermit([waiting, running], user))
    }

    /// Begins a stream that does not end with one response. Refuses it if the connection has
    /// reached its limit; behind a proxy, the address.
    pub fn acquire_stream(&self) -> Result<StreamPermit, Status> {
        let permit = Arc::clone(&self.streams).try_acquire_owned().map_err(|_| {
            self.limiter.count(LimitReached::Streams);
            status::overloaded()
        })?;
        Ok(StreamPermit(permit, Arc::clone(&self.handle)))
    }

    /// Takes this many bytes from the limits of the connection, the address and the process.
    /// Refuses if one of them has too few left.
    pub fn acquire_bytes(&self, bytes: usize) -> Result<BytesPermit, Status> {
        let held = || {
            let own = self.bytes.as_ref().map(|own| try_acquire(own, bytes));
            // `None` means that the connection has no limit of its own, not that the limit is
            // reached.
            let own = match own {
                Some(taken) => Some(taken?),
                None => None,
            };
            let shared = [
                try_acquire(&self.handle.bytes, bytes)?,
                try_acquire(&self.limiter.bytes, bytes)?,
            ];
            Some(BytesPermit(own, shared, Arc::clone(&self.handle)))
        };
        held().ok_or_else(|| {
            self.limiter.count(LimitReached::Bytes);
            status::overloaded()
        })
    }
}

fn try_acquire(from: &Arc<Semaphore>, bytes: usize) -> Option<OwnedSemaphorePermit> {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    Arc::clone(from).try_acquire_many_owned(bytes).ok()
}
