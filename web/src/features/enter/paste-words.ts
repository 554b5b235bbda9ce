/** Words of a spreadsheet that are no values: sums below a column, and periods above it. */
import { readPasted } from '#shared/numbers/reading';
import type { Month } from '#shared/periods/months';
import { fold } from './names';

/** What rows of sums are called in English, German, French and Italian. */
const SUMS = [
  /(?:grand |sub-?)?totals?|sums?|overall/,
  /(?:gesamt|zwischen)?-?(?:summen?|total)|gesamt|insgesamt/,
  /(?:sous-)?(?:total|totaux)|sommes?/,
  /(?:sub)?total[ei]|somm[ae]/,
  /[∑σ]/,
];
const SUM_NAME = new RegExp(`^(?:${SUMS.map(({ source }) => source).join('|')})(?![\\p{L}\\p{N}])`, 'u');

/** Whether a cell names a row of sums: `Total`, `Summe Fundraising:`. */
export function isSumName(cell: string): boolean {
  return SUM_NAME.test(fold(cell));
}

/** Months as numbers: `9.2026`, `09/2026`, `2026-09`. */
const NUMERIC_MONTH = /^(?:(?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d|(?:19|20)\d\d[./-](?:0?[1-9]|1[0-2]))$/;

const SHORT_MONTH = /^(?<month>0?[1-9]|1[0-2])[./-](?<year>\d\d)$/;

/** Whether a number above a column may be the period that it is for: the month's year, or `9.26`. */
export function mayBePeriod(cell: string, { year, month }: Month): boolean {
  const bare = cell.trim();
  const short = SHORT_MONTH.exec(bare)?.groups;
  const isShort = Number(short?.month) === month && Number(short?.year) === year % 100;
  return bare === String(year) || NUMERIC_MONTH.test(bare) || isShort;
}

/** What stands for a value that is missing or broken: `n/a`, `-`, `?`, `#REF!`. */
const NO_VALUE = /^(?:#\p{L}.*|#{2,}|\?+|[-−–—/.…]+|n[./]? ?[adv]\.?|k\. ?a\.?)$/iu;

/** Whether a cell is a number in some format, or stands for one. `Q3`, `in %` and `№` are none. */
export function mayBeValue(cell: string): boolean {
  const bare = cell.trim();
  if (NO_VALUE.test(bare)) return true;
  return [readPasted(bare, 'chf'), readPasted(bare, 'percent')].some(({ kind }) => kind !== 'unreadable');
}

const DATE = /^(?:\d{1,2}[./-]\d{1,2}[./-](?:\d\d|\d{4})|\d{4}-\d\d-\d\d)$/;

/** Words that head a column in English, German, French and Italian. */
const HEADINGS = [
  'kpi kpis indicator indicators kennzahl kennzahlen indikator indikatoren',
  'indicateur indicateurs indicatore indicatori chiffre chiffres',
  'value values wert werte valeur valeurs valore valori zahl zahlen actual actuals ist effectif effettivo',
  'amount amounts betrag beträge montant montants importo importi chf franken percent prozent',
  'number count anzahl nombre numero month monat mois mese year jahr année anno quarter quartal trimestre',
  'period periode période periodo circle kreis cercle circolo date datum data name nom nome',
];
const HEADING_WORDS = new Set([...HEADINGS.flatMap((words) => words.split(' ')), ...monthWords()]);

/** The months in each language, in full and short: `september`, `sept`, `sep`. */
function monthWords(): string[] {
  const months = Array.from({ length: 12 }, (_, month) => new Date(2026, month, 1));
  const looks = ['de', 'de-AT', 'fr', 'it', 'en-GB', 'en-US'].flatMap((language) =>
    (['long', 'short'] as const).map((month) => new Intl.DateTimeFormat(language, { month })),
  );
  const words = looks.flatMap((look) => months.map((month) => wordsOf(look.format(month))));
  return [...words.flat(), 'sept', 'mrz', 'mär'];
}

/**
 * Whether what stands above a column is a heading for certain: `KPI`, `Wert in CHF`,
 * `September 2026`, a date. `offen` and `12 Personen` may stand for values.
 */
export function isHeading(cell: string): boolean {
  const bare = cell.trim();
  if (DATE.test(bare)) return true;
  const words = wordsOf(bare).filter((word) => word !== 'in');
  const numbers = bare.match(/\d+/g) ?? [];
  // CHF beside a number is a value.
  if (numbers.length > 0 && words.every((word) => word === 'chf')) return false;
  const areHeading = words.length > 0 && words.every((word) => HEADING_WORDS.has(word));
  return areHeading && numbers.every((number) => /^(?:\d\d?|(?:19|20)\d\d)$/.test(number));
}

function wordsOf(cell: string): string[] {
  return fold(cell).match(/\p{L}+/gu) ?? [];
}
