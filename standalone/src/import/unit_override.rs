//! Units from the command line.

use std::str::FromStr;

use kreis_service::names;

use crate::table::{MAX_KPI_NAME, Unit};

/// A unit from the command line for every KPI with this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitOverride {
    /// Name of the KPI.
    pub kpi: String,
    /// Its unit.
    pub unit: Unit,
}

impl FromStr for UnitOverride {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kpi, unit) = text
            .rsplit_once('=')
            .ok_or("say which unit which KPI has, such as 'private donations=chf'")?;
        let unit = Unit::read(unit)
            .ok_or_else(|| format!("`{unit}` is not a unit; say {}", Unit::list()))?;
        let kpi = names::name(kpi, MAX_KPI_NAME)
            .map_err(|error| format!("the name of the KPI {error}"))?;
        Ok(Self { kpi, unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_given_to_a_kpi_whose_name_may_hold_an_equals_sign() {
        let given: UnitOverride = "a = b = CHF".parse().unwrap();
        assert_eq!((given.kpi.as_str(), given.unit), ("a = b", Unit::Chf));
        assert!("donations".parse::<UnitOverride>().is_err());
        assert!(
            "donations=euro"
                .parse::<UnitOverride>()
                .unwrap_err()
                .contains("euro")
        );
        assert!(" =chf".parse::<UnitOverride>().is_err());
    }
}
