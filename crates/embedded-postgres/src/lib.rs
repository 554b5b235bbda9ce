//! kreis-embedded-postgres
