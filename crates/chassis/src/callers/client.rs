//! The client of a request, and the permits that a request takes from the client's limits.

use std::{net::IpAddr, sync::Arc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;

use super::{AddressMember, Inner, UserShare, limits::Refused};
use crate::{shares::Member, status};

/// The client of a request. It is an extension of the request.
pub struct Client {
    /// Address of the client. Behind a trusted proxy, the address that the proxy names.
    pub address: IpAddr,
    /// Whether the client is known to use TLS.
    pub https: bool,
    pub(super) callers: Arc<Inner>,
    /// Bytes that its connection may hold; absent behind a proxy.
    pub(super) bytes: Option<Arc<Semaphore>>,
    pub(super) streams: Arc<Semaphore>,
    pub(super) member: AddressMember,
}

/// A call or request in progress, until it is dropped.
#[expect(dead_code, reason = "held until the call has ended")]
pub struct CallUnderWay(OwnedSemaphorePermit, AddressMember);

/// A call of a user in progress, until it is dropped.
#[expect(dead_code, reason = "held until the call has ended")]
pub struct CallOfUser([OwnedSemaphorePermit; 2], Member<i64, UserShare>);

/// A stream in progress, until it is dropped.
#[expect(dead_code, reason = "held until the stream has ended")]
pub struct StreamUnderWay(OwnedSemaphorePermit, AddressMember);

/// Held bytes of a message, until it is dropped.
#[expect(dead_code, reason = "held as long as the message")]
pub struct HeldBytes(
    Option<OwnedSemaphorePermit>,
    [OwnedSemaphorePermit; 2],
    AddressMember,
);

impl Client {
    /// Begins a call. Refuses it if the address has reached its limit.
    pub fn begin_call(&self) -> Result<CallUnderWay, Status> {
        let calls = Arc::clone(&self.member.calls);
        let permit = calls.try_acquire_owned().map_err(|_| {
            self.callers.count(Refused::CallsOfAddress);
            status::overloaded()
        })?;
        Ok(CallUnderWay(permit, Arc::clone(&self.member)))
    }

    /// Waits until the user has fewer calls in progress than the limit. Refuses the call if too
    /// many calls of the user wait already.
    pub async fn begin_call_of(&self, user_id: i64) -> Result<CallOfUser, Status> {
        let user = self.callers.user(user_id);
        let waiting = Arc::clone(&user.all).try_acquire_owned().map_err(|_| {
            self.callers.count(Refused::CallsOfUser);
            status::overloaded()
        })?;
        let worked_on = Arc::clone(&user.worked_on).acquire_owned().await;
        // The semaphore is never closed, so this error cannot occur.
        let worked_on = worked_on.map_err(|_| status::overloaded())?;
        Ok(CallOfUser([waiting, worked_on], user))
    }

    /// Begins a stream that does not end with one response. Refuses it if the connection has
    /// reached its limit; behind a proxy, the address.
    pub fn begin_stream(&self) -> Result<StreamUnderWay, Status> {
        let permit = Arc::clone(&self.streams).try_acquire_owned().map_err(|_| {
            self.callers.count(Refused::Streams);
            status::overloaded()
        })?;
        Ok(StreamUnderWay(permit, Arc::clone(&self.member)))
    }

    /// Takes this many bytes from the limits of the connection, the address and the process.
    /// Refuses if one of them has too few left.
    pub fn hold(&self, bytes: usize) -> Result<HeldBytes, Status> {
        let held = || {
            let own = self.bytes.as_ref().map(|own| take(own, bytes));
            // `None` means that the connection has no limit of its own, not that the limit is
            // reached.
            let own = match own {
                Some(taken) => Some(taken?),
                None => None,
            };
            let shared = [
                take(&self.member.bytes, bytes)?,
                take(&self.callers.bytes, bytes)?,
            ];
            Some(HeldBytes(own, shared, Arc::clone(&self.member)))
        };
        held().ok_or_else(|| {
            self.callers.count(Refused::Bytes);
            status::overloaded()
        })
    }
}

fn take(from: &Arc<Semaphore>, bytes: usize) -> Option<OwnedSemaphorePermit> {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    Arc::clone(from).try_acquire_many_owned(bytes).ok()
}
