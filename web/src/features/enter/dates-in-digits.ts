/**
 * Dates above a column that could as well be values: `202609`, `20260930`, `30.09`, and the number that a
 * spreadsheet shows for a date without its format.
 */
import type { Month } from '#shared/periods/months';

const DAY = '(?:0[1-9]|[12]\\d|3[01])';
const MONTH = '(?<month>0[1-9]|1[0-2])';
const YEAR = '(?<year>(?:19|20)\\d\\d)';
const PATTERNS = [`${YEAR}${MONTH}${DAY}?`, `${DAY}?${MONTH}${YEAR}`].map(
  (pattern) => new RegExp(`^${pattern}$`),
);

/** `30.09`, `30.9`. */
const DAY_AND_MONTH = /^(?:0?[1-9]|[12]\d|3[01])\.(?<month>0?[1-9]|1[0-2])$/;

const SERIAL = /^\d{5}$/;
/** Spreadsheets count the days from here. */
const DAY_ZERO = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

/** A column belongs to a year within this many years of the year on the screen. */
export const YEARS_AROUND = 20;

/** The month of such a date. It has the year on the screen if it names none. Absent if it is no date. */
export function monthInDigits(cell: string, shown: Month): Month | undefined {
  const bare = cell.trim();
  const found = PATTERNS.map((pattern) => pattern.exec(bare)?.groups).find((groups) => groups !== undefined);
  if (found !== undefined) return near({ year: Number(found.year), month: Number(found.month) }, shown);
  if (SERIAL.test(bare)) {
    const date = new Date(DAY_ZERO + Number(bare) * DAY_MS);
    return near({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 }, shown);
  }
  const { month = '' } = DAY_AND_MONTH.exec(bare)?.groups ?? {};
  // With one digit, only the month on the screen: `3.6` is rather a value than the third of June.
  const isMeant = month.length === 2 || Number(month) === shown.month;
  return month !== '' && isMeant ? { year: shown.year, month: Number(month) } : undefined;
}

function near(named: Month, { year }: Month): Month | undefined {
  return Math.abs(named.year - year) <= YEARS_AROUND ? named : undefined;
}
