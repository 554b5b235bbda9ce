//! kreis-standalone
