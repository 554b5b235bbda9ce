/** Days of the calendar, such as the one that the board compares with. */

export interface Day {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
}

const DAY_MS = 86_400_000;

/** For addresses and date fields: `2026-10-12`. */
export function dayKey({ year, month, day }: Day): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

/** Absent if there is no such day. */
export function readDayKey(key: string): Day | undefined {
  if (!/^(?:19|20|21)\d\d-\d\d-\d\d$/.test(key)) return undefined;
  const [year = 0, month = 0, day = 0] = key.split('-').map(Number);
  const found = { year, month, day };
  const moment = Date.UTC(year, month - 1, day);
  return !Number.isNaN(moment) && dayKey(found) === key ? found : undefined;
}

export function daysBefore({ year, month, day }: Day, days: number): Day {
  const moment = new Date(Date.UTC(year, month - 1, day) - days * DAY_MS);
  return { year: moment.getUTCFullYear(), month: moment.getUTCMonth() + 1, day: moment.getUTCDate() };
}
