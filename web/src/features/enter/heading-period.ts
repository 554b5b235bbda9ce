/** Periods above a column of a spreadsheet: which text is one, and whether it is the month on the screen. */
import type { Month } from '#shared/periods/months';
import { fold, wordsOf } from './names';

/** `30.9.2026`, `30/9/26`, `2026-09-30`. */
export const DATE =
  /^(?:(?<day>\d{1,2})[./-](?<month>\d{1,2})[./-](?<year>\d\d|\d{4})|(?<iso>\d{4}-\d\d)-\d\d)$/;

/** `9.2026`, `09/2026`, `2026-09`. */
const NUMERIC_MONTH = /^(?:(0?[1-9]|1[0-2])[./-]((?:19|20)\d\d)|((?:19|20)\d\d)[./-](0?[1-9]|1[0-2]))$/;

/** `9.26`. */
const SHORT_MONTH = /^(0?[1-9]|1[0-2])[./-](\d\d)$/;

const YEAR = /(?<!\d)(?:19|20)\d\d(?!\d)/g;

/** A bare number this far from the year on the screen may be the year of a column. */
const YEARS_AROUND = 20;

/** By word: `september`, `sept`, `sep` are 9. */
const MONTH_WORDS = monthWords();

export function isMonthWord(word: string): boolean {
  return MONTH_WORDS.has(word);
}

/** Whether a number is written as a month of a year, or is the year on the screen. */
export function isPeriod(cell: string, { year }: Month): boolean {
  const bare = cell.trim();
  return (
    bare === String(year) || NUMERIC_MONTH.test(bare) || Number(SHORT_MONTH.exec(bare)?.[2]) === year % 100
  );
}

/** Whether a number may be a period though it may be a value as well: another year, the number of the month. */
export function mayBePeriod(cell: string, month: Month): boolean {
  const bare = cell.trim();
  const isNear = /^\d{4}$/.test(bare) && Math.abs(Number(bare) - month.year) <= YEARS_AROUND;
  const isMonth = /^\d\d?$/.test(bare) && Number(bare) === month.month;
  return isNear || isMonth || isPeriod(bare, month);
}

/**
 * Whether a heading names another period than the month: another month or year, or
 * more months than this one. A heading that names none, such as `CHF`, does not.
 */
export function isOtherPeriod(heading: string, { year, month }: Month): boolean {
  const { years, months } = periodsIn(heading.trim());
  return years.some((named) => named !== year) || months.some((named) => named !== month);
}

function periodsIn(heading: string): { years: number[]; months: number[] } {
  const date = DATE.exec(heading)?.groups;
  if (date?.month !== undefined) {
    const [first, second] = [Number(date.day), Number(date.month)];
    if (!heading.includes('/')) return { years: [fullYear(date.year)], months: [second] };
    // `30/9/2026` or `9/30/2026`; of `8/9/2026` only the year is certain.
    const months = [first, second].filter((number) => number <= 12);
    return { years: [fullYear(date.year)], months: months.length === 1 ? months : [] };
  }
  const [, month, year, isoYear, isoMonth] = NUMERIC_MONTH.exec(date?.iso ?? heading) ?? [];
  if (month !== undefined || isoMonth !== undefined)
    return { years: [Number(year ?? isoYear)], months: [Number(month ?? isoMonth)] };
  const [, shortMonth, shortYear] = SHORT_MONTH.exec(heading) ?? [];
  if (shortMonth !== undefined) return { years: [fullYear(shortYear)], months: [Number(shortMonth)] };
  const months = wordsOf(heading).flatMap((word) => MONTH_WORDS.get(word) ?? []);
  // `Sept. 26` is a month, `26 September` a day.
  const [, afterWord] = /\p{L}\.?[ -]?(\d\d)$/u.exec(heading) ?? [];
  const isYear = months.length > 0 && afterWord !== undefined;
  return {
    years: [...(heading.match(YEAR) ?? []).map(Number), ...(isYear ? [fullYear(afterWord)] : [])],
    months,
  };
}

function fullYear(digits = ''): number {
  return digits.length === 2 ? 2000 + Number(digits) : Number(digits);
}

/** The months in English, German, French and Italian, in full and short. */
function monthWords(): ReadonlyMap<string, number> {
  const words = new Map([
    ['sept', 9],
    ['sett', 9],
    ['mrz', 3],
    ['mär', 3],
  ]);
  for (const language of ['de', 'de-AT', 'fr', 'it', 'en-GB', 'en-US'])
    for (const length of ['long', 'short'] as const) {
      const look = new Intl.DateTimeFormat(language, { month: length });
      for (let month = 1; month <= 12; month += 1)
        for (const word of wordsOf(look.format(new Date(2026, month - 1, 1)))) words.set(fold(word), month);
    }
  return words;
}
