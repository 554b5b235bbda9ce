//! kreis-org
