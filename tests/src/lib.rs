//! kreis-tests
