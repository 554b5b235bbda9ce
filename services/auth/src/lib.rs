//! kreis-auth
