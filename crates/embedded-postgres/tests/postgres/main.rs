//! Tests with real servers from real binaries, each in a directory of its own.

mod directories;
mod lifecycle;
mod refusals;
mod support;
