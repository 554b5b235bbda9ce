/** The months of the heat map. */
import { addMonths, type Month, monthKey } from '#shared/periods/months';

/** A year, and the last month of the year before. */
const MONTHS = 13;

export interface HeatMapMonth {
  key: string;
  month: Month;
}

export function monthsUpTo(last: string): HeatMapMonth[] {
  const [year = 0, month = 1] = last.split('-').map(Number);
  return Array.from({ length: MONTHS }, (_, index) => {
    const shown = addMonths({ year, month }, index + 1 - MONTHS);
    return { key: monthKey(shown), month: shown };
  });
}
