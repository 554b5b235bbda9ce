//! kreis-kpi
