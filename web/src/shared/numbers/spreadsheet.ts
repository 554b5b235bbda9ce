/**
 * A table as a file that the reader's spreadsheet opens by a double click: UTF-8
 * with a mark that says so, and separators as where numbers are written that way.
 */
import { LOCALE_OF, type NumberFormat } from './formats';

/** Numbers stay numbers; texts are never formulas; absent is blank. */
export type Cell = string | number | undefined;

const BYTE_ORDER_MARK = '\uFEFF';

/** What spreadsheets take for the end of a cell: it follows the country's settings, as numbers do. */
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

/** All its digits, nothing between thousands, and never with an exponent. */
export function plainNumber(value: number, format: NumberFormat): string {
  const digits = value.toLocaleString('en', { useGrouping: false, maximumSignificantDigits: 17 });
  return digits.replace('.', decimalSignOf(format));
}

function written(cell: Cell, format: NumberFormat): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return plainNumber(cell, format);
  // A text that a spreadsheet would take for a formula is kept from being one.
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function decimalSignOf(format: NumberFormat): string {
  const parts = new Intl.NumberFormat(LOCALE_OF[format]).formatToParts(0.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}
