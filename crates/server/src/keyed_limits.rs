//! Limits by key, such as by address or by row. The limits of a key are dropped with their last
//! handle.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The limits of all keys of one kind.
pub struct KeyedLimits<K, S> {
    by_key: Mutex<HashMap<K, Arc<S>>>,
}

impl<K, S> fmt::Debug for KeyedLimits<K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyedLimits").finish_non_exhaustive()
    }
}

impl<K, S> Default for KeyedLimits<K, S> {
    fn default() -> Self {
        Self {
            by_key: Mutex::default(),
        }
    }
}

impl<K: Copy + Eq + Hash, S> KeyedLimits<K, S> {
    fn by_key(&self) -> MutexGuard<'_, HashMap<K, Arc<S>>> {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of keys with limits.
    pub fn key_count(&self) -> usize {
        self.by_key().len()
    }

    /// A handle to the limits of a key. Creates the limits if the key has none.
    pub fn handle(self: &Arc<Self>, key: K, new: impl FnOnce() -> S) -> LimitsHandle<K, S> {
        let limits = Arc::clone(self.by_key().entry(key).or_insert_with(|| Arc::new(new())));
        LimitsHandle {
            keyed_limits: Arc::clone(self),
            key,
            limits,
        }
    }
}

/// A handle to the limits of a key. The last handle removes the key.
pub struct LimitsHandle<K: Copy + Eq + Hash, S> {
    keyed_limits: Arc<KeyedLimits<K, S>>,
    key: K,
    limits: Arc<S>,
}

impl<K: Copy + Eq + Hash + fmt::Debug, S> fmt::Debug for LimitsHandle<K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LimitsHandle").field(&self.key).finish()
    }
}

impl<K: Copy + Eq + Hash, S> Deref for LimitsHandle<K, S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.limits
    }
}

impl<K: Copy + Eq + Hash, S> Drop for LimitsHandle<K, S> {
    fn drop(&mut self) {
        let mut by_key = self.keyed_limits.by_key();
        // The map holds one reference, this handle the other.
        if Arc::strong_count(&self.limits) == 2 {
            by_key.remove(&self.key);
        }
    }
}
