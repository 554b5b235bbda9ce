//! Real servers, made by real binaries, in directories of their own.

mod lifecycle;
mod places;
mod refusals;
mod support;
