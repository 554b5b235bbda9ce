/**
 * The last value that a response reported for each KPI and month. The values are kept after the sheet
 * closes: when a month is shown again, the cached month may be older than the last response.
 */
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Month, monthKey } from '#shared/periods/months';

interface Heard {
  /** When the response came (`performance.now()`). */
  at: number;
  /** Absent if the month is blank. */
  value: KpiValue | undefined;
}

/** The user whose values are kept. Values of other users are discarded. */
let owner = '';
const heard = new Map<string, Heard>();

export function hearValue(userId: string, month: Month, kpiId: string, value: KpiValue | undefined): void {
  if (owner !== userId) heard.clear();
  owner = userId;
  heard.set(keyOf(month, kpiId), { at: performance.now(), value });
}

/** The value, if a response has reported it after this moment (`performance.now()`). */
export function valueHeardSince(
  userId: string,
  month: Month,
  kpiId: string,
  moment: number,
): Heard | undefined {
  const last = owner === userId ? heard.get(keyOf(month, kpiId)) : undefined;
  return last !== undefined && last.at > moment ? last : undefined;
}

function keyOf(month: Month, kpiId: string): string {
  return `${monthKey(month)} ${kpiId}`;
}
