//! Converts between the words of the table and those of the contract.

use kreis_proto::{kpi::v1, org::v1::Month};
use tonic::Status;

use super::{Limits, Period, Periodicity, Unit};

impl From<Periodicity> for v1::Periodicity {
    fn from(periodicity: Periodicity) -> Self {
        match periodicity {
            Periodicity::Monthly => Self::Monthly,
            Periodicity::Quarterly => Self::Quarterly,
            Periodicity::Yearly => Self::Yearly,
        }
    }
}

impl TryFrom<v1::Periodicity> for Periodicity {
    type Error = Status;

    fn try_from(periodicity: v1::Periodicity) -> Result<Self, Status> {
        match periodicity {
            v1::Periodicity::Monthly => Ok(Self::Monthly),
            v1::Periodicity::Quarterly => Ok(Self::Quarterly),
            v1::Periodicity::Yearly => Ok(Self::Yearly),
            v1::Periodicity::Unspecified => Err(newer_server()),
        }
    }
}

impl From<Unit> for v1::Unit {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Chf => Self::Chf,
            Unit::Percentage => Self::Percentage,
            Unit::Amount => Self::Amount,
            Unit::Score => Self::Score,
        }
    }
}

impl TryFrom<v1::Unit> for Unit {
    type Error = Status;

    fn try_from(unit: v1::Unit) -> Result<Self, Status> {
        match unit {
            v1::Unit::Chf => Ok(Self::Chf),
            v1::Unit::Percentage => Ok(Self::Percentage),
            v1::Unit::Amount => Ok(Self::Amount),
            v1::Unit::Score => Ok(Self::Score),
            v1::Unit::Unspecified => Err(newer_server()),
        }
    }
}

impl From<Limits> for v1::Limits {
    fn from(limits: Limits) -> Self {
        Self {
            minimum: limits.minimum,
            maximum: limits.maximum,
        }
    }
}

impl From<v1::Limits> for Limits {
    fn from(limits: v1::Limits) -> Self {
        Self {
            minimum: limits.minimum,
            maximum: limits.maximum,
        }
    }
}

impl From<Period> for v1::Period {
    fn from(period: Period) -> Self {
        Self {
            year: period.year,
            month: period.month,
        }
    }
}

impl From<Period> for Month {
    fn from(period: Period) -> Self {
        Self {
            year: period.year,
            month: period.month,
        }
    }
}

impl From<v1::Period> for Period {
    fn from(period: v1::Period) -> Self {
        Self {
            year: period.year,
            month: period.month,
        }
    }
}

fn newer_server() -> Status {
    Status::unknown("the server has a kind of KPI that this version of kreis does not know")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_word_for_every_unit_and_periodicity_of_the_contract() {
        for number in 1..100 {
            if let Ok(unit) = v1::Unit::try_from(number) {
                let unit = Unit::try_from(unit).unwrap();
                assert_eq!(Unit::read(&unit.to_string()), Some(unit));
            }
            if let Ok(periodicity) = v1::Periodicity::try_from(number) {
                let periodicity = Periodicity::try_from(periodicity).unwrap();
                assert_eq!(
                    Periodicity::read(&periodicity.to_string()),
                    Some(periodicity)
                );
            }
        }
    }
}
