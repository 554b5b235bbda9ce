//! A table of fixed size that never counts too little.
//!
//! Each key belongs to one row of sixteen slots. When a row is full, a new key takes the slot with
//! the least record **and keeps that record**, as in the Space-Saving algorithm (Metwally, Agrawal,
//! El Abbadi: Efficient Computation of Frequent and Top-k Elements in Data Streams, 2005). So
//! nobody clears the record of a key by filling the table with other keys. Instead the table
//! counts too much: on average at most all counted misses divided by all slots.

const SLOTS_PER_ROW: usize = 16;

/// What is recorded about a key. The order is by how much would be lost with it.
pub(super) trait Record: Copy + Default + Ord {
    /// The record at this time; the default once it may be forgotten.
    fn at(self, now: Micros) -> Self;
}

/// Microseconds since the start of the process.
pub(super) type Micros = u64;

/// The table.
pub(super) struct RecordTable<R> {
    slots: Box<[Slot<R>]>,
}

/// A key with its record, and what the key before left in the slot.
#[derive(Clone, Copy, Default)]
struct Slot<R> {
    /// 0 in a free slot.
    key: u64,
    record: R,
    inherited: R,
}

impl<R: Record> RecordTable<R> {
    /// A table for so many keys, a multiple of sixteen.
    pub(super) fn new(slots: usize) -> Self {
        Self {
            slots: vec![Slot::default(); slots].into_boxed_slice(),
        }
    }

    /// The record of a key. A key that is not in the table has what it would take over.
    pub(super) fn record(&self, key: u64, now: Micros) -> R {
        let row = &self.slots[self.row(key)];
        let own = row.iter().find(|slot| slot.key == key);
        let least = || row.iter().map(|slot| slot.record.at(now)).min();
        own.map_or_else(|| least().unwrap_or_default(), |slot| slot.record.at(now))
    }

    /// The record of a key that is in the table.
    pub(super) fn record_mut(&mut self, key: u64) -> Option<&mut R> {
        self.slot(key).map(|slot| &mut slot.record)
    }

    /// Stores a record that was made from [`RecordTable::record`].
    pub(super) fn put(&mut self, key: u64, record: R, now: Micros) {
        let row = self.row(key);
        let row = &mut self.slots[row];
        let own = row.iter().position(|slot| slot.key == key);
        let least = || (0..row.len()).min_by_key(|index| row[*index].record.at(now));
        let Some(index) = own.or_else(least) else {
            return;
        };
        let inherited = match own {
            Some(_) => row[index].inherited,
            None => row[index].record.at(now),
        };
        row[index] = Slot {
            key,
            record,
            inherited,
        };
    }

    /// Sets the record of a key back to what its slot had before the key.
    pub(super) fn reset(&mut self, key: u64, now: Micros) {
        if let Some(slot) = self.slot(key) {
            let left = slot.inherited.at(now);
            *slot = Slot {
                key: if left == R::default() { 0 } else { key },
                record: left,
                inherited: left,
            };
        }
    }

    /// Number of keys whose record is not forgotten.
    pub(super) fn len(&self, now: Micros) -> usize {
        let is_known = |slot: &&Slot<R>| slot.record.at(now) != R::default();
        self.slots.iter().filter(is_known).count()
    }

    /// Bytes of the table.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        std::mem::size_of_val(&*self.slots)
    }

    fn slot(&mut self, key: u64) -> Option<&mut Slot<R>> {
        let row = self.row(key);
        self.slots[row].iter_mut().find(|slot| slot.key == key)
    }

    fn row(&self, key: u64) -> std::ops::Range<usize> {
        let rows = (self.slots.len() / SLOTS_PER_ROW) as u64;
        // A remainder is less than the number of rows, which is a `usize`.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        let first = (key % rows) as usize * SLOTS_PER_ROW;
        first..first + SLOTS_PER_ROW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often a key was counted, which is never forgotten.
    #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Debug)]
    struct Count(u64);

    impl Record for Count {
        fn at(self, _: Micros) -> Self {
            self
        }
    }

    fn count(table: &mut RecordTable<Count>, key: u64) {
        let Count(before) = table.record(key, 0);
        table.put(key, Count(before + 1), 0);
    }

    /// Numbers that look random (`SplitMix64`), as keyed hashes do.
    fn key(number: u64) -> u64 {
        let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).max(1)
    }

    #[test]
    fn a_million_keys_take_no_more_memory_and_clear_no_record() {
        let mut table = RecordTable::<Count>::new(1024);
        let attacked: Vec<u64> = (0..100).map(key).collect();
        for key in &attacked {
            for _ in 0..5 {
                count(&mut table, *key);
            }
        }
        let bytes = table.bytes();
        for number in 100..1_000_100 {
            count(&mut table, key(number));
        }
        assert_eq!((table.bytes(), table.slots.len()), (bytes, 1024));
        for key in &attacked {
            assert!(table.record(*key, 0) >= Count(5));
        }
        // Every count is in the table, so it counts too much by about a 1024th of all.
        let sum: u64 = table.slots.iter().map(|slot| slot.record.0).sum();
        assert_eq!(sum, 1_000_500);
    }

    #[test]
    fn a_key_that_is_reset_leaves_what_it_took_over() {
        let mut table = RecordTable::<Count>::new(SLOTS_PER_ROW);
        for number in 0..16 {
            for _ in 0..3 {
                count(&mut table, key(number));
            }
        }
        count(&mut table, key(99));
        assert_eq!(table.record(key(99), 0), Count(4));
        table.reset(key(99), 0);
        // One of the sixteen has lost its slot to it, and finds its record there.
        for number in 0..16 {
            assert_eq!(table.record(key(number), 0), Count(3));
        }
        let mut table = RecordTable::<Count>::new(SLOTS_PER_ROW);
        count(&mut table, key(1));
        assert_eq!(table.len(0), 1);
        table.reset(key(1), 0);
        assert_eq!((table.len(0), table.record(key(1), 0)), (0, Count(0)));
    }
}
