//! Tests with real servers from real binaries, each in a directory of its own.

mod lifecycle;
mod places;
mod refusals;
mod support;
