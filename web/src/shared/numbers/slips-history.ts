/** What is known of a KPI when one of its numbers is entered. */
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Month } from '#shared/periods/months';

/** The number of another period. */
export interface Known {
  /** How many months before the one that is entered; negative for one after it. */
  monthsBefore: number;
  value: number;
}

/** The numbers among the values of a KPI, but for the one of the period itself. */
export function historyFor(period: Month, values: readonly KpiValue[]): Known[] {
  return values.flatMap(({ period: other, value }) => {
    if (other === undefined || value === undefined) return [];
    const monthsBefore = (period.year - other.year) * 12 + period.month - other.month;
    return monthsBefore === 0 ? [] : [{ monthsBefore, value }];
  });
}
