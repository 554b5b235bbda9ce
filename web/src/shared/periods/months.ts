/** Calendar months and periods. */
import { Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';

export interface Month {
  year: number;
  /** 1 to 12. */
  month: number;
}

export function addMonths({ year, month }: Month, months: number): Month {
  const index = year * 12 + (month - 1) + months;
  return { year: Math.floor(index / 12), month: (((index % 12) + 12) % 12) + 1 };
}

/** The month before the current month. */
export function lastEndedMonth(today: Month): Month {
  return addMonths(today, -1);
}

export function isSameMonth(a: Month, b: Month): boolean {
  return a.year === b.year && a.month === b.month;
}

/** For addresses and keys: `2026-03`. */
export function monthKey({ year, month }: Month): string {
  return `${year}-${String(month).padStart(2, '0')}`;
}

export function readMonthKey(key: string): Month | undefined {
  const found = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(key);
  return found === null ? undefined : { year: Number(found[1]), month: Number(found[2]) };
}

/** Whether a text is a month as in addresses, in a year that the contract allows. */
export function isMonthKey(text: unknown): text is string {
  return typeof text === 'string' && readYear(readMonthKey(text)?.year) !== undefined;
}

/** Reads a year that the contract allows, from a number or an address. */
export function readYear(found: unknown): number | undefined {
  const year = Number(found);
  return Number.isInteger(year) && year >= 1900 && year <= 2200 ? year : undefined;
}

// Cached: screens name hundreds of months, and a constructor takes longer than many calls.
const printers = new Map<string, Intl.DateTimeFormat>();

function printerOf(locale: string): Intl.DateTimeFormat {
  let printer = printers.get(locale);
  if (printer === undefined) {
    printer = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', timeZone: 'UTC' });
    printers.set(locale, printer);
  }
  return printer;
}

/** For people: `March 2026`. */
export function monthName({ year, month }: Month, locale: string): string {
  return printerOf(locale).format(new Date(Date.UTC(year, month - 1, 15)));
}

/** Whether a period of this kind ends with the month. */
export function endsPeriod(periodicity: Periodicity, { month }: Month): boolean {
  return month % monthsOf(periodicity) === 0;
}

export function monthsOf(periodicity: Periodicity): number {
  switch (periodicity) {
    case Periodicity.QUARTERLY:
      return 3;
    case Periodicity.YEARLY:
      return 12;
    default:
      return 1;
  }
}
