//! kreis-chassis
