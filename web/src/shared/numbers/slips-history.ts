/** The known values of a KPI at the time of an entry. */
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Month } from '#shared/periods/months';

/** The number of another period of the same KPI. */
export interface Known {
  /** Months from this period to the entered one; negative for a later period. */
  monthsBefore: number;
  value: number;
}

/** Returns the numbers of all other periods. */
export function historyFor(period: Month, values: readonly KpiValue[]): Known[] {
  return values.flatMap(({ period: other, value }) => {
    if (other === undefined || value === undefined) return [];
    const monthsBefore = (period.year - other.year) * 12 + period.month - other.month;
    return monthsBefore === 0 ? [] : [{ monthsBefore, value }];
  });
}
