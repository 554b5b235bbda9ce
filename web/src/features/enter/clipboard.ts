/**
 * Reads the text that spreadsheets put on the clipboard: a line for each row, a tab
 * between cells. A cell that holds a tab, a line break or a quote stands in quotes,
 * and a quote in it is doubled (RFC 4180, with tabs for commas).
 */

/** A cell and the separator after it. A quote that is never closed is part of the text. */
const CELL = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/y;

/** Returns the cells row by row, at least one cell. The line break at the very end begins no row. */
export function readClipboard(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  CELL.lastIndex = 0;
  for (;;) {
    const [, quoted, plain = '', end = ''] = CELL.exec(text) ?? [];
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\t') continue;
    rows.push(row);
    row = [];
    if (end === '' || CELL.lastIndex === text.length) return rows;
  }
}
