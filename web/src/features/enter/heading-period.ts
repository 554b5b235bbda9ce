/** Periods in the headings of a spreadsheet column, compared with the month on the screen. */
import { isSameMonth, type Month } from '#shared/periods/months';
import { LANGUAGES } from '#shared/preferences/language';
import { monthInDigits, YEARS_AROUND } from './dates-in-digits';
import { fold, wordsOf } from './names';

/** `30.9.2026`, `30/9/26`, `2026-09-30`. */
export const DATE = /^(?:\d{1,2}[./-]\d{1,2}[./-](?:\d\d|\d{4})|\d{4}-\d\d-\d\d)$/;

/** `9.2026`, `09/2026`, `2026-09`. */
const NUMERIC_MONTH = /^(?:(?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d|(?:19|20)\d\d[./-](?:0?[1-9]|1[0-2]))$/;

/** Numeric dates and months anywhere in a heading; longer patterns come first. */
const NUMERIC_PERIODS = [
  /(?<iso>(?:19|20)\d\d)-(?<month>\d\d)-\d\d/,
  /\d{1,2}\.(?<month>0?[1-9]|1[0-2])\.(?<year>\d{4}|\d\d)/,
  /(?<first>\d{1,2})[/-](?<second>\d{1,2})[/-](?<year>\d{4}|\d\d)/,
  /(?<month>0?[1-9]|1[0-2])[./-](?<year>(?:19|20)\d\d)/,
  /(?<year>(?:19|20)\d\d)[./-](?<month>0?[1-9]|1[0-2])/,
  /\d{1,2}\.(?<month>0?[1-9]|1[0-2])\./,
].map(({ source }) => new RegExp(`(?<!\\d)${source}(?!\\d)`, 'g'));

/** `Monat 9`, `Monat 9/26`. The digits of `Monat 2026` are a year. */
const NUMBERED_MONTH =
  /(?:monat|month|mois|mese)[^\p{L}\d]*(?<month>0?[1-9]|1[0-2])(?:[./-](?<year>\d\d))?(?!\d)/u;

/** `8`, `08`. */
const BARE_MONTH = /^(?:0?[1-9]|1[0-2])$/;

/** `9 Monate 2026`. */
const SEVERAL_MONTHS = /(?<!\d)(?:[2-9]|[1-9]\d)[^\p{L}\d]*(?:monate|months|mois|mesi)(?!\p{L})/u;

/**
 * Words for periods other than one month, and for values other than actual ones, in English, German,
 * French and Italian.
 */
const OTHER_SPANS = new Set(
  [
    'quarter quartal trimestre trimester semester semestre halbjahr ytd',
    'cumulative kumuliert kumulativ cumul cumulé cumulée cumulato cumulata',
    'previous vorjahr vormonat vorperiode précédent précédente precedente',
    'budget budgets plan plans soll ziel ziele planung budgetiert geplant prognose prognosen hochrechnung',
    'planned budgeted forecast forecasts projected projection target targets',
    'prévision prévisions prévu prévue prévus prévues prévisionnel prévisionnelle planifié planifiée',
    'planifiés planifiées budgété budgétée budgétés budgétées objectif objectifs cible cibles',
    'previsione previsioni previsto prevista previsti previste preventivo preventivi preventivato',
    'pianificato pianificata pianificati pianificate piano obiettivo obiettivi',
  ].flatMap((words) => words.split(' ')),
);

/** `Planwerte`, `Sollzahlen`, `Vorjahreswert`. */
const OTHER_VALUE =
  /^(?:plan|soll|ziel|budget|prognose|vorjahre?s|vormonats?|quartals|semester|halbjahres)(?:wert|zahl|betrag|beträge|grösse|größe|summe|total)/;

/** `Q3`, `H1`, `T2`, `9M`. */
const SHORT_SPAN = /(?<![\p{L}\d])(?:[qht][1-4]|(?:[369]|12)m)(?![\p{L}\d])/u;

/** `9.26`, if it is the whole heading. */
const SHORT_MONTH = /^(0?[1-9]|1[0-2])[./-](\d\d)$/;

const YEAR = /(?<!\d)(?:19|20)\d\d(?!\d)/g;

/** The number of a month by word: `september`, `sept`, `sep` are 9. */
const MONTH_WORDS = monthWords();

export function isMonthWord(word: string): boolean {
  return MONTH_WORDS.has(word);
}

/** Whether a cell is a numeric month with a year, or the year on the screen. */
export function isPeriod(cell: string, { year }: Month): boolean {
  const bare = cell.trim();
  return (
    bare === String(year) || NUMERIC_MONTH.test(bare) || Number(SHORT_MONTH.exec(bare)?.[2]) === year % 100
  );
}

/**
 * Whether a number may be a period, though it may also be a value: another year, the number of the month, a
 * date in digits.
 */
export function mayBePeriod(cell: string, month: Month): boolean {
  const bare = cell.trim();
  const isNear = /^\d{4}$/.test(bare) && Math.abs(Number(bare) - month.year) <= YEARS_AROUND;
  const isMonth = /^\d\d?$/.test(bare) && Number(bare) === month.month;
  return isNear || isMonth || isPeriod(bare, month) || isDateInDigits(bare, month);
}

/** Whether a cell may be a date, though a value has the same shape: `202609`, `30.09`. */
export function isDateInDigits(cell: string, month: Month): boolean {
  return !isPeriod(cell, month) && monthInDigits(cell, month) !== undefined;
}

/** Whether a cell may be the number of a month, without a year. */
export function isMonthNumber(cell: string): boolean {
  return BARE_MONTH.test(cell.trim());
}

/** Whether a heading names the month of its values. */
export function namesMonth(heading: string, shown: Month): boolean {
  return monthInDigits(heading, shown) !== undefined || periodsIn(fold(heading)).months.length > 0;
}

/**
 * Whether a heading names another period than the month: another month or year, several months, or a
 * plan. False for a heading without a period, such as `CHF`.
 */
export function isOtherPeriod(heading: string, shown: Month): boolean {
  const { year, month } = shown;
  const folded = fold(heading);
  const date = isPeriod(folded, shown) ? undefined : monthInDigits(folded, shown);
  if (date !== undefined) return !isSameMonth(date, shown);
  const { years, months } = periodsIn(folded);
  if (years.some((named) => named !== year) || months.some((named) => named !== month)) return true;
  if (SHORT_SPAN.test(folded) || SEVERAL_MONTHS.test(folded)) return true;
  return wordsOf(heading).some((word) => OTHER_SPANS.has(word) || OTHER_VALUE.test(word));
}

interface Periods {
  years: number[];
  months: number[];
}

function periodsIn(heading: string): Periods {
  const found: Periods = { years: [], months: [] };
  const [, shortMonth, shortYear] = SHORT_MONTH.exec(heading) ?? [];
  if (shortMonth !== undefined) return { years: [fullYear(shortYear)], months: [Number(shortMonth)] };
  if (isMonthNumber(heading)) return { years: [], months: [Number(heading)] };
  let rest = heading;
  for (const pattern of NUMERIC_PERIODS)
    rest = rest.replace(pattern, (...match) => {
      takeNumbers(found, match.at(-1));
      return ' ';
    });
  const numbered = SEVERAL_MONTHS.test(rest) ? undefined : NUMBERED_MONTH.exec(rest)?.groups;
  if (numbered !== undefined) takeNumbers(found, numbered);
  const words = wordsOf(rest).flatMap((word) => MONTH_WORDS.get(word) ?? []);
  found.months.push(...words);
  found.years.push(...(rest.match(YEAR) ?? []).map(Number));
  // `Sept. 26` is a month, `26 September` a day.
  const [, afterWord] = /\p{L}\.?[ -]?(\d\d)$/u.exec(rest) ?? [];
  if (words.length > 0 && afterWord !== undefined) found.years.push(fullYear(afterWord));
  return found;
}

function takeNumbers(found: Periods, groups: Record<string, string | undefined>): void {
  const { iso, year = iso, month, first, second } = groups;
  if (year !== undefined) found.years.push(fullYear(year));
  if (month !== undefined) found.months.push(Number(month));
  // `30/9/2026` and `9/30/2026` name a month. In `8/9/2026` only the year is certain.
  const candidates = [first, second].map(Number).filter((number) => number >= 1 && number <= 12);
  if (candidates.length === 1) found.months.push(...candidates);
}

function fullYear(digits = ''): number {
  return digits.length === 2 ? 2000 + Number(digits) : Number(digits);
}

/** The months in the languages of the client, in full and short. */
function monthWords(): ReadonlyMap<string, number> {
  const words = new Map([
    ['sept', 9],
    ['sett', 9],
    ['mrz', 3],
    ['mär', 3],
  ]);
  for (const language of [...LANGUAGES, 'de-AT', 'en-GB'])
    for (const length of ['long', 'short'] as const) {
      const look = new Intl.DateTimeFormat(language, { month: length });
      for (let month = 1; month <= 12; month += 1)
        for (const word of wordsOf(look.format(new Date(2026, month - 1, 1)))) words.set(fold(word), month);
    }
  return words;
}
