//! Whose a request is, and what it takes of its client's shares.

use std::{net::IpAddr, sync::Arc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;

use super::{AddressMember, Inner, UserShare, limits::Refused};
use crate::{shares::Member, status};

/// Whose request it is, which travels with it as an extension.
pub struct Client {
    /// Its address, which is not a trusted proxy's where that names another.
    pub address: IpAddr,
    /// Whether it is known to speak TLS.
    pub https: bool,
    pub(super) callers: Arc<Inner>,
    /// What its connection may hold; absent behind a proxy.
    pub(super) bytes: Option<Arc<Semaphore>>,
    pub(super) streams: Arc<Semaphore>,
    pub(super) member: AddressMember,
}

/// A call or request under way, until it is dropped.
#[expect(dead_code, reason = "held until the call has ended")]
pub struct CallUnderWay(OwnedSemaphorePermit, AddressMember);

/// A call that is worked on for a user, until it is dropped.
#[expect(dead_code, reason = "held until the call has ended")]
pub struct CallOfUser([OwnedSemaphorePermit; 2], Member<i64, UserShare>);

/// A stream under way, until it is dropped.
#[expect(dead_code, reason = "held until the stream has ended")]
pub struct StreamUnderWay(OwnedSemaphorePermit, AddressMember);

/// Bytes of a message that are held, until it is dropped.
#[expect(dead_code, reason = "held as long as the message")]
pub struct HeldBytes(
    Option<OwnedSemaphorePermit>,
    [OwnedSemaphorePermit; 2],
    AddressMember,
);

impl Client {
    /// Begins a call; refuses it where the address has as many as it may.
    pub fn begin_call(&self) -> Result<CallUnderWay, Status> {
        let calls = Arc::clone(&self.member.calls);
        let permit = calls.try_acquire_owned().map_err(|_| {
            self.callers.count(Refused::CallsOfAddress);
            status::overloaded()
        })?;
        Ok(CallUnderWay(permit, Arc::clone(&self.member)))
    }

    /// Waits until fewer calls of this user are worked on than may be; refuses where too
    /// many wait already.
    pub async fn begin_call_of(&self, user_id: i64) -> Result<CallOfUser, Status> {
        let user = self.callers.user(user_id);
        let waiting = Arc::clone(&user.all).try_acquire_owned().map_err(|_| {
            self.callers.count(Refused::CallsOfUser);
            status::overloaded()
        })?;
        let worked_on = Arc::clone(&user.worked_on).acquire_owned().await;
        // Nothing closes it.
        let worked_on = worked_on.map_err(|_| status::overloaded())?;
        Ok(CallOfUser([waiting, worked_on], user))
    }

    /// Begins a stream that does not end with one answer; refuses it where the
    /// connection, or behind a proxy the address, has as many as it may.
    pub fn begin_stream(&self) -> Result<StreamUnderWay, Status> {
        let permit = Arc::clone(&self.streams).try_acquire_owned().map_err(|_| {
            self.callers.count(Refused::Streams);
            status::overloaded()
        })?;
        Ok(StreamUnderWay(permit, Arc::clone(&self.member)))
    }

    /// Takes so many bytes from the connection's, the address's and the process's
    /// share; refuses where one of them has too few left.
    pub fn hold(&self, bytes: usize) -> Result<HeldBytes, Status> {
        let held = || {
            let own = self.bytes.as_ref().map(|own| take(own, bytes));
            // Absent is the share that is not bounded, not the one that is used up.
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
