//! Values of KPIs, and the rules for them.

use chrono::{DateTime, NaiveDate, Utc};
use kreis_service::{calendar::TimeZone, expected_version::Version, page::Page};

use super::{
    CircleId, Comment, FiniteValue, KpiId, KpiValueId, Limits, Period, PeriodRange, Periodicity,
    Reason, Unit, UserId, ValueCursor,
};

/// A person who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// Id of the user.
    pub user_id: UserId,
    /// The user's current display name.
    pub display_name: String,
}

/// The content of a period.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ValueContent {
    /// A number, and a comment on it.
    Number(FiniteValue, Comment),
    /// Nothing to report, and the reason.
    Nothing(Reason),
    /// The value was retracted: the period is blank again.
    Retracted,
}

impl ValueContent {
    /// The number, if there is one.
    pub(crate) const fn number(&self) -> Option<FiniteValue> {
        match self {
            Self::Number(value, _) => Some(*value),
            Self::Nothing(_) | Self::Retracted => None,
        }
    }

    /// The comment or the reason; may be empty.
    pub(crate) fn comment(&self) -> &str {
        match self {
            Self::Nothing(reason) => reason.as_str(),
            Self::Number(_, comment) => comment.as_str(),
            Self::Retracted => "",
        }
    }
}

/// The value of a KPI for one period.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KpiValue {
    /// Id.
    pub id: KpiValueId,
    /// The KPI.
    pub kpi: KpiId,
    /// The period it is for.
    pub period: Period,
    /// The content of the period.
    pub content: ValueContent,
    /// Who recorded it first.
    pub created_by: Person,
    /// When it was recorded first.
    pub create_time: DateTime<Utc>,
    /// Who changed it last.
    pub updated_by: Person,
    /// When it was changed last.
    pub update_time: DateTime<Utc>,
    /// Every change raises it.
    pub version: Version,
}

impl KpiValue {
    /// The cursor after this value, in a list of a range.
    pub(crate) const fn cursor(&self, range: Option<PeriodRange>) -> ValueCursor {
        ValueCursor {
            range,
            period: self.period,
            id: self.id.get(),
        }
    }
}

/// A page of values.
#[derive(Debug)]
pub(crate) struct ValuePage {
    /// The page.
    pub page: Page<KpiValue>,
    /// The months of the list; absent for all.
    pub range: Option<PeriodRange>,
}

/// A KPI, locked so that it stays as it is while one of its values changes.
#[derive(Debug)]
pub(crate) struct KpiForValue {
    /// Its id.
    pub id: KpiId,
    /// The circle it belongs to.
    pub circle: CircleId,
    /// What it asks of its values.
    pub rules: ValueRules,
    /// Whether the caller is a member of its circle.
    pub caller_is_member: bool,
    /// The organisation's time zone.
    pub zone: TimeZone,
}

/// A value to record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NewValue {
    /// The KPI.
    pub kpi: KpiId,
    /// The period it is for.
    pub period: Period,
    /// The number.
    pub value: FiniteValue,
    /// The unit that the caller saw; absent where they do not say.
    pub seen_unit: Option<Unit>,
    /// What there is to say about it; may be empty.
    pub comment: Comment,
}

/// What to put in place of a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Correction {
    /// The number.
    pub value: FiniteValue,
    /// The unit that the caller saw; absent where they do not say.
    pub seen_unit: Option<Unit>,
    /// What there is to say about it; absent to leave the comment as it is.
    pub comment: Option<Comment>,
}

/// A period to mark as having nothing to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NothingToReportMark {
    /// The KPI.
    pub kpi: KpiId,
    /// The period.
    pub period: Period,
    /// Why there is nothing.
    pub reason: Reason,
}

/// The rules of a KPI for its values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ValueRules {
    /// Whether it takes values.
    pub active: bool,
    /// How often it has a value.
    pub periodicity: Periodicity,
    /// Unit of the values.
    pub unit: Unit,
    /// Bounds of the values.
    pub limits: Limits,
}

/// The rule that a value, or a month, breaks.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub(crate) enum ValueRuleError {
    /// The month does not end a period of the KPI.
    #[error("a period of this kpi is named by its last month, one of {}", .0.month_names())]
    PeriodNotOfKpi(Periodicity),
    /// The value lies outside the KPI's limits.
    #[error("the value must be {0}")]
    OutsideLimits(Limits),
    /// The first day of the period is in the future.
    #[error("the period begins on {0}")]
    PeriodNotBegun(NaiveDate),
    /// The KPI has this unit, and not the one that the caller saw.
    #[error("the unit of the kpi is now {}", .0.name())]
    UnitChanged(Unit),
    /// The KPI takes no values.
    #[error("the kpi is inactive and takes no values")]
    KpiInactive,
}

impl ValueRules {
    /// Refuses a value that cannot be recorded today.
    pub(crate) fn check_new(
        &self,
        period: Period,
        value: FiniteValue,
        seen_unit: Option<Unit>,
        today: NaiveDate,
    ) -> Result<(), ValueRuleError> {
        self.check_active()?;
        self.check_month(period)?;
        self.allow_unit(seen_unit)?;
        self.check_limits(value)?;
        self.check_begun(period, today)
    }

    /// Refuses a period that cannot be marked today as having nothing to report.
    pub(crate) fn check_nothing_to_report(
        &self,
        period: Period,
        today: NaiveDate,
    ) -> Result<(), ValueRuleError> {
        self.check_active()?;
        self.check_month(period)?;
        self.check_begun(period, today)
    }

    const fn check_month(&self, period: Period) -> Result<(), ValueRuleError> {
        if self.periodicity.ends_in(period.month) {
            Ok(())
        } else {
            Err(ValueRuleError::PeriodNotOfKpi(self.periodicity))
        }
    }

    fn check_begun(&self, period: Period, today: NaiveDate) -> Result<(), ValueRuleError> {
        let begins_on = self.periodicity.begins_on(period);
        if today < begins_on {
            return Err(ValueRuleError::PeriodNotBegun(begins_on));
        }
        Ok(())
    }

    /// Refuses every change if the KPI is inactive.
    pub(crate) const fn check_active(&self) -> Result<(), ValueRuleError> {
        if self.active {
            Ok(())
        } else {
            Err(ValueRuleError::KpiInactive)
        }
    }

    /// Refuses a number that the caller saw in another unit.
    pub(crate) fn allow_unit(&self, seen: Option<Unit>) -> Result<(), ValueRuleError> {
        if seen.is_none_or(|seen| seen == self.unit) {
            Ok(())
        } else {
            Err(ValueRuleError::UnitChanged(self.unit))
        }
    }

    /// Refuses a number outside the limits.
    pub(crate) fn check_limits(&self, value: FiniteValue) -> Result<(), ValueRuleError> {
        if self.limits.contains(value) {
            Ok(())
        } else {
            Err(ValueRuleError::OutsideLimits(self.limits))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::period::period;
    use super::*;

    fn percent(periodicity: Periodicity) -> ValueRules {
        ValueRules {
            active: true,
            periodicity,
            unit: Unit::Percentage,
            limits: Limits::new(
                FiniteValue::try_from(0.0).ok(),
                FiniteValue::try_from(100.0).ok(),
            )
            .unwrap(),
        }
    }

    fn number(number: f64) -> FiniteValue {
        FiniteValue::try_from(number).unwrap()
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_period_is_recorded_from_the_first_day_of_its_span_on() {
        for (periodicity, first) in [
            (Periodicity::Monthly, day(2025, 12, 1)),
            (Periodicity::Quarterly, day(2025, 10, 1)),
            (Periodicity::Yearly, day(2025, 1, 1)),
        ] {
            let rules = percent(periodicity);
            let on = |today| rules.check_new(period(2025, 12), number(46.0), None, today);
            assert!(on(first).is_ok());
            assert!(on(day(2026, 6, 1)).is_ok());
            let before = on(first.pred_opt().unwrap());
            assert!(
                matches!(before, Err(ValueRuleError::PeriodNotBegun(begins)) if begins == first)
            );
        }
    }

    #[test]
    fn february_is_no_period_of_a_quarterly_kpi() {
        let refused = percent(Periodicity::Quarterly).check_new(
            period(2025, 2),
            number(46.0),
            None,
            day(2026, 1, 1),
        );
        assert!(matches!(
            refused,
            Err(ValueRuleError::PeriodNotOfKpi(Periodicity::Quarterly))
        ));
    }

    #[test]
    fn refusals_come_in_order_inactive_period_unit_limits_begun() {
        let mut rules = percent(Periodicity::Quarterly);
        let early = day(2020, 1, 1);
        let on = |rules: &ValueRules, month, value, unit| {
            rules.check_new(period(2025, month), number(value), Some(unit), early)
        };
        assert!(matches!(
            on(&rules, 2, 101.0, Unit::Score),
            Err(ValueRuleError::PeriodNotOfKpi(_))
        ));
        assert!(matches!(
            on(&rules, 3, 101.0, Unit::Score),
            Err(ValueRuleError::UnitChanged(Unit::Percentage))
        ));
        assert!(matches!(
            on(&rules, 3, 101.0, Unit::Percentage),
            Err(ValueRuleError::OutsideLimits(_))
        ));
        assert!(matches!(
            on(&rules, 3, 100.0, Unit::Percentage),
            Err(ValueRuleError::PeriodNotBegun(_))
        ));
        rules.active = false;
        assert!(matches!(
            on(&rules, 2, 101.0, Unit::Score),
            Err(ValueRuleError::KpiInactive)
        ));
    }
}
