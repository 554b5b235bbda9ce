//! What a file may cost.

/// The most cells of a file, blank ones between others included.
pub const MAX_CELLS: usize = 4_000_000;

/// The most bytes that the parts of a workbook unpack to.
pub const MAX_UNPACKED_BYTES: u64 = 256 * 1024 * 1024;
