/** Takes apart what a spreadsheet puts on the clipboard. */

/** One cell for one row; `row` counts in the grid. */
export interface PastedCell {
  row: number;
  text: string;
}

export type Paste =
  /** One piece of text, for the browser to put where the cursor stands. */
  | { kind: 'text' }
  | { kind: 'cells'; cells: PastedCell[]; tooMany: number }
  /** Several columns, and the first does not name the rows. */
  | { kind: 'unclear' };

/**
 * A column fills downwards from the row that has the cursor. A block whose first
 * column names KPIs goes to those, whatever their order; its second column holds
 * the numbers. Blank cells leave their rows alone.
 */
export function readPaste(text: string, names: readonly string[], from: number): Paste {
  const lines = text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => line.split('\t'));
  const columns = Math.max(...lines.map((line) => line.length));
  if (columns === 1 && lines.length === 1) return { kind: 'text' };
  if (columns === 1)
    return intoRows(
      lines.map(([cell = ''], index) => ({ row: from + index, text: cell })),
      names.length,
    );
  const rows = lines.map(([name = '']) => rowNamed(name, names));
  if (columns !== 2 || rows.includes(-1) || new Set(rows).size !== rows.length) return { kind: 'unclear' };
  return intoRows(
    lines.map(([, cell = ''], index) => ({ row: rows[index] ?? -1, text: cell })),
    names.length,
  );
}

function intoRows(all: PastedCell[], rows: number): Paste {
  const filled = all.filter(({ text }) => text.trim() !== '');
  const cells = filled.filter(({ row }) => row < rows);
  return { kind: 'cells', cells, tooMany: filled.length - cells.length };
}

/** The one row of this name; -1 where there is none or more than one. */
function rowNamed(name: string, names: readonly string[]): number {
  const row = names.findIndex((known) => fold(known) === fold(name));
  return row === names.findLastIndex((known) => fold(known) === fold(name)) ? row : -1;
}

function fold(name: string): string {
  return name.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
}
