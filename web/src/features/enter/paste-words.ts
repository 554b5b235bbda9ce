/** Words of a spreadsheet that are no values: sums below a column, and headings above it. */
import { readPasted } from '#shared/numbers/reading';
import { DATE, isMonthWord } from './heading-period';
import { fold, wordsOf } from './names';

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

/** A text in place of a missing or broken value: `n/a`, `-`, `?`, `#REF!`. */
const NO_VALUE = /^(?:#\p{L}.*|#{2,}|\?+|[-−–—/.…]+|n[./]? ?[adv]\.?|k\. ?a\.?)$/iu;

/** Whether a cell is a number in some format, or stands for one. `Q3`, `in %` and `№` are neither. */
export function mayBeValue(cell: string): boolean {
  const bare = cell.trim();
  if (NO_VALUE.test(bare)) return true;
  return [readPasted(bare, 'chf'), readPasted(bare, 'percent')].some(({ kind }) => kind !== 'unreadable');
}

/** Words that head a column in English, German, French and Italian. */
const HEADINGS = [
  'kpi kpis indicator indicators kennzahl kennzahlen indikator indikatoren',
  'indicateur indicateurs indicatore indicatori chiffre chiffres',
  'value values wert werte valeur valeurs valore valori zahl zahlen actual actuals ist effectif effettivo',
  'amount amounts betrag beträge montant montants importo importi chf franken percent prozent',
  'number count anzahl nombre numero month monat mois mese year jahr année anno quarter quartal trimestre',
  'period periode période periodo circle kreis cercle circolo date datum data name nom nome',
];
const HEADING_WORDS = new Set(HEADINGS.flatMap((words) => words.split(' ')));

/**
 * Whether a cell above a column is certainly a heading, such as `KPI`, `Wert in CHF`, `September 2026`
 * or a date. `offen` and `12 Personen` may stand for values.
 */
export function isHeading(cell: string): boolean {
  const bare = cell.trim();
  if (DATE.test(bare)) return true;
  const words = wordsOf(bare).filter((word) => word !== 'in');
  const numbers = bare.match(/\d+/g) ?? [];
  // CHF beside a number is a value.
  if (numbers.length > 0 && words.every((word) => word === 'chf')) return false;
  const areHeading = words.length > 0 && words.every((word) => HEADING_WORDS.has(word) || isMonthWord(word));
  return areHeading && numbers.every((number) => /^(?:\d\d?|(?:19|20)\d\d)$/.test(number));
}
