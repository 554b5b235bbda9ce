/**
 * Writes a table as a CSV file that the reader's spreadsheet opens by a double click. The file is
 * UTF-8 with a byte order mark. The number format chooses the separators.
 */
import { LOCALE_OF, type NumberFormat } from './formats';

/** Numbers stay numbers; a text is never a formula; an absent cell is blank. */
export type Cell = string | number | undefined;

const BYTE_ORDER_MARK = '\uFEFF';

/** Spreadsheets expect the list separator of the country, like the number format. */
const LIST_SEPARATOR: Record<NumberFormat, ',' | ';'> = {
  swiss: ';',
  german: ';',
  french: ';',
  english: ',',
};

export function spreadsheetFile(rows: readonly (readonly Cell[])[], format: NumberFormat): string {
  const separator = LIST_SEPARATOR[format];
  const lines = rows.map((cells) => `${cells.map((cell) => written(cell, format)).join(separator)}\r\n`);
  return BYTE_ORDER_MARK + lines.join('');
}

/** Writes all digits, without thousands separators and without an exponent. */
export function plainNumber(value: number, format: NumberFormat): string {
  const digits = value.toLocaleString('en', { useGrouping: false, maximumSignificantDigits: 17 });
  return digits.replace('.', decimalSignOf(format));
}

function written(cell: Cell, format: NumberFormat): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return plainNumber(cell, format);
  // An apostrophe keeps a spreadsheet from reading the text as a formula.
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function decimalSignOf(format: NumberFormat): string {
  const parts = new Intl.NumberFormat(LOCALE_OF[format]).formatToParts(0.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}
