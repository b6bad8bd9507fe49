//! [`SharedMemory`]: where a context writes large payloads, so that the processes of this machine read them in place.
//!
//! Zenoh shares memory by itself too, but from an implicit pool that takes memory back from a receiver that was stopped
//! for seconds, whose messages change then. The pool here is explicit: memory is collected when nobody holds it, and
//! only then. Whoever cannot map it (another machine, a session that does not announce shared memory) gets the same
//! bytes over the network, from Zenoh. Used by publishers, and through [`Loan`] by whoever writes in place.

use std::time::{Duration, Instant};

use bytes::Bytes;
use zenoh::bytes::ZBytes;
use zenoh::shm::{
    PosixShmProviderBackend, ShmProvider, ShmProviderBuilder, ZShm, ZShmMut, cleanup_orphaned_shm_segments,
};
use zenoh::{Config, Wait};

use crate::error::{Error, ErrorKind, Result};

use super::transport_error;
use super::wait::Watched;

/// Where Linux keeps shared memory. It is less than the machine has, and in containers often 64 MB.
#[cfg(target_os = "linux")]
const FILE_SYSTEM: &str = "/dev/shm";

/// What the allocator keeps for itself, so that a payload as large as the pool fits into it.
const OVERHEAD: usize = 64 * 1024;

/// How often a full pool is looked at for memory that was given back.
const RETRY: Duration = Duration::from_millis(1);

/// What is done with a message for which the pool has no room at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenFull {
    /// It is sent over the network instead.
    #[default]
    Copy,
    /// The publisher waits for receivers to let go of earlier ones.
    Block,
    /// It is refused with an error.
    Fail,
}

impl std::str::FromStr for WhenFull {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "copy" => Ok(Self::Copy),
            "block" => Ok(Self::Block),
            "fail" => Ok(Self::Fail),
            other => {
                let message = format!("expected \"copy\", \"block\" or \"fail\", not {other:?}");
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }
}

/// What a configuration says of shared memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SharedMemoryConfig {
    pub(super) pool_size: usize,
    /// The smallest payload that is shared by itself; `None` where only loans are.
    pub(super) threshold: Option<usize>,
    pub(super) when_full: WhenFull,
}

pub(super) const ENABLED: &str = "transport/shared_memory/enabled";
const IMPLICIT: &str = "transport/shared_memory/transport_optimization/enabled";
pub(super) const POOL_SIZE: &str = "transport/shared_memory/transport_optimization/pool_size";
pub(super) const THRESHOLD: &str = "transport/shared_memory/transport_optimization/message_size_threshold";

impl SharedMemoryConfig {
    /// What is asked for; `None` where nothing is to be sent through shared memory. Zenoh's implicit pool is switched
    /// off: what its settings say holds for the explicit one.
    pub(super) fn take(config: &mut Config, when_full: WhenFull) -> Result<Option<Self>> {
        let read = |key: &str| config.get_json(key).unwrap_or_default();
        if read(ENABLED) != "true" {
            return Ok(None);
        }
        let (pool_size, threshold) = (read(POOL_SIZE).parse().ok(), read(THRESHOLD).parse().ok());
        let threshold = threshold.filter(|_| read(IMPLICIT) == "true");
        set(config, IMPLICIT, "false")?;
        Ok(pool_size.map(|pool_size| Self { pool_size, threshold, when_full }))
    }

    /// Has the session tell others that it can read shared memory, if this machine has any. Nothing is sent through it.
    pub(super) fn announce_only(config: &mut Config) -> Result<()> {
        if ShmProviderBuilder::default_backend(OVERHEAD).wait().is_ok() {
            set(config, ENABLED, "true")?;
            set(config, IMPLICIT, "false")?;
        }
        Ok(())
    }
}

fn set(config: &mut Config, key: &str, value: &str) -> Result<()> {
    config.insert_json5(key, value).map_err(|error| transport_error(format_args!("`{key}`"), &error))
}

/// The memory of one context.
pub(super) struct SharedMemory {
    provider: ShmProvider<PosixShmProviderBackend>,
    config: SharedMemoryConfig,
}

impl SharedMemory {
    /// Sets the memory aside. Errors where the machine does not have that much to share.
    pub(super) fn new(config: SharedMemoryConfig) -> Result<Self> {
        let size = config.pool_size;
        let refused = |why: &dyn std::fmt::Display| {
            Error::new(
                ErrorKind::Argument,
                format!("a shared-memory pool of {size} bytes cannot be had: {why}"),
            )
        };
        // The system would hand it out, and end the process when it is written to.
        #[cfg(target_os = "linux")]
        if let Ok(file_system) = rustix::fs::statvfs(FILE_SYSTEM) {
            let left = file_system.f_bavail.saturating_mul(file_system.f_frsize);
            if u64::try_from(size).is_ok_and(|size| size > left) {
                return Err(refused(&format!("{FILE_SYSTEM} has {left} bytes left")));
            }
        }
        // Those of processes that were killed.
        cleanup_orphaned_shm_segments();
        let provider = ShmProviderBuilder::default_backend(size.saturating_add(OVERHEAD)).wait();
        let provider = provider.map_err(|error| refused(&super::without_places(&error.to_string())))?;
        Ok(Self { provider, config })
    }

    /// Whether a payload of that length is shared without being asked.
    pub(super) fn wants(&self, length: usize) -> bool {
        length > 0 && self.config.threshold.is_some_and(|threshold| length >= threshold)
    }

    /// Memory for that many bytes; `None` when the time is up. Without a time-out it waits for ever, where waiting was
    /// asked for. An [`Outcome::Full`] pool is no error where copying was asked for.
    fn allocate(&self, length: usize, timeout: Option<Duration>) -> Result<Option<Outcome>> {
        let pool = self.config.pool_size;
        let too_large = length > pool;
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            if let Some(memory) = self.try_allocate(length) {
                return Ok(Some(Outcome::Memory(memory)));
            }
            match self.config.when_full {
                WhenFull::Copy => return Ok(Some(Outcome::Full)),
                WhenFull::Block if !too_large => {}
                WhenFull::Block | WhenFull::Fail => {
                    let what = if too_large { "larger than" } else { "too much for what is left of" };
                    let message = format!("{length} bytes are {what} the shared memory of {pool} bytes");
                    return Err(Error::new(ErrorKind::Network, message));
                }
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Ok(None);
            }
            // Nothing ends this wait: other processes tell nobody what they give back.
            Watched::new(()).wait(Some(RETRY), |()| None::<()>);
        }
    }

    /// What receivers gave back is collected only when there is no room: until then it costs nothing.
    fn try_allocate(&self, length: usize) -> Option<ZShmMut> {
        self.provider.alloc(length).wait().ok().or_else(|| {
            self.provider.garbage_collect();
            self.provider.alloc(length).wait().ok()
        })
    }

    /// The payload in shared memory, copied there once, or as it is where the pool is full and may be. `None` when the
    /// time is up.
    pub(super) fn share(&self, payload: &ZBytes, timeout: Option<Duration>) -> Result<Option<ZBytes>> {
        let Some(outcome) = self.allocate(payload.len(), timeout)? else { return Ok(None) };
        let Outcome::Memory(mut memory) = outcome else { return Ok(Some(payload.clone())) };
        let mut rest: &mut [u8] = memory.as_mut();
        for slice in payload.slices() {
            let (place, behind) = std::mem::take(&mut rest).split_at_mut(slice.len());
            place.copy_from_slice(slice);
            rest = behind;
        }
        Ok(Some(ZBytes::from(memory)))
    }
}

enum Outcome {
    Memory(ZShmMut),
    Full,
}

/// Memory for one payload that is written in place and then published without a copy: shared memory where the context
/// has a pool with room, else ordinary memory.
pub struct Loan(Memory);

enum Memory {
    Shared(ZShmMut),
    Own(Vec<u8>),
}

impl Loan {
    /// `length` bytes, which hold anything. `None` when the time is up; see [`WhenFull`].
    pub(super) fn new(
        pool: Option<&SharedMemory>,
        length: usize,
        timeout: Option<Duration>,
    ) -> Result<Option<Self>> {
        let outcome = match pool.filter(|_| length > 0) {
            Some(pool) => pool.allocate(length, timeout)?,
            None => Some(Outcome::Full),
        };
        Ok(match outcome {
            Some(Outcome::Memory(memory)) => Some(Self(Memory::Shared(memory))),
            Some(Outcome::Full) => {
                let mut memory = Vec::new();
                memory.try_reserve_exact(length).map_err(|_| {
                    Error::new(ErrorKind::Length, format!("there is no memory for {length} bytes"))
                })?;
                memory.resize(length, 0);
                Some(Self(Memory::Own(memory)))
            }
            None => None,
        })
    }

    /// Whether other processes can read it where it lies.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Memory::Shared(_))
    }

    /// The bytes.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        match &mut self.0 {
            Memory::Shared(memory) => memory.as_mut(),
            Memory::Own(memory) => memory,
        }
    }

    /// What was written, to be published and read. The bytes stay where they are.
    #[must_use]
    pub fn finish(self) -> Lent {
        match self.0 {
            Memory::Shared(memory) => Lent(Finished::Shared(memory.into())),
            Memory::Own(memory) => Lent(Finished::Own(Bytes::from(memory))),
        }
    }
}

/// The payload of a [`Loan`] whose writing has ended. Clones share it.
#[derive(Clone)]
pub struct Lent(Finished);

#[derive(Clone)]
enum Finished {
    Shared(ZShm),
    Own(Bytes),
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        match &self.0 {
            Finished::Shared(memory) => memory,
            Finished::Own(memory) => memory,
        }
    }
}

impl From<Lent> for ZBytes {
    fn from(lent: Lent) -> Self {
        match lent.0 {
            Finished::Shared(memory) => Self::from(memory),
            Finished::Own(memory) => Self::from(memory),
        }
    }
}
