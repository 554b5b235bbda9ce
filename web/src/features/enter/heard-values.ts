/**
 * What responses have reported last about the value of each KPI and month. It outlives the sheet: a
 * month that is shown again may have been read before a response came.
 */
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Month, monthKey } from '#shared/periods/months';

interface Heard {
  /** When the response came (`performance.now()`). */
  at: number;
  /** Absent if the month is blank. */
  value: KpiValue | undefined;
}

/** Only one person's values are kept at a time. */
let owner = '';
const heard = new Map<string, Heard>();

export function hearValue(userId: string, month: Month, kpiId: string, value: KpiValue | undefined): void {
  if (owner !== userId) heard.clear();
  owner = userId;
  heard.set(keyOf(month, kpiId), { at: performance.now(), value });
}

/** Absent if no response has reported the value after this moment (`performance.now()`). */
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
