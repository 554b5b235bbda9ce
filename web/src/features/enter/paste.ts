/** Takes a pasted block apart: which line is for which row of the grid, and which for none. */
import type { Month } from '#shared/periods/months';
import { readClipboard } from './clipboard';
import { isOtherPeriod, isPeriod, mayBePeriod } from './heading-period';
import { fold } from './names';
import { isHeading, isSumName, mayBeValue } from './paste-words';

/** Where something is pasted. */
export interface Place {
  /** The rows on the screen, from top to bottom. */
  rows: readonly Named[];
  /** KPIs that could be on the screen, and are not. */
  elsewhere: readonly Named[];
  /** Names of the person's circles, whether they have a KPI on the screen or not. */
  circles: readonly string[];
  /** Index of the row that has the cursor. */
  from: number;
  month: Month;
}

export interface Named {
  name: string;
  circle: string;
}

export interface Line {
  /** As people count them: the first one is 1. */
  number: number;
  /** What the line calls itself; empty in a column without names. */
  name: string;
  text: string;
  use: Use;
}

export type Use =
  /** Index of its row in the grid. */
  | { kind: 'value'; row: number }
  | { kind: 'heading' }
  /** A heading that names another month, or another year. */
  | { kind: 'other-period'; heading: string }
  /** What may stand above the column, or be its first value. */
  | { kind: 'heading-or-value' }
  | { kind: 'sum' }
  | { kind: 'blank' }
  /** No KPI on the screen is called so. */
  | { kind: 'unknown' }
  /** It belongs to a circle that is not shown. */
  | { kind: 'elsewhere'; circle: string }
  /** Only another circle than the one whose heading stands above has a KPI that is called so. */
  | { kind: 'other-circle'; circle: string }
  /** More than one KPI on the screen is called so. */
  | { kind: 'same-name' }
  /** The KPI stands in the block more than once. */
  | { kind: 'twice' }
  /** There is no row left for it. */
  | { kind: 'no-row' };

export type Paste =
  /** One cell, to be typed rather than pasted. */
  | { kind: 'cell'; text: string }
  /** Nothing of it can be used; which line shows that. */
  | { kind: 'refused'; why: 'columns' | 'names' | 'no-values'; line: number; text: string }
  | { kind: 'lines'; named: boolean; lines: Line[] };

/** What the doubtful cell at the top of a column is, as the person said. */
export type First = 'heading' | 'value';

/**
 * A column fills downwards from the row that has the cursor: a heading above it
 * takes no row, and a doubtful one is asked about, a blank cell leaves its row alone. A block whose first column names
 * KPIs goes to those, in any order; its second column holds the values.
 */
export function readPaste(text: string, place: Place, first?: First): Paste {
  const all = withoutBlankEnd(readClipboard(text));
  const columns = columnsWithText(all);
  const rows = all.map((row) => columns.map((column) => row[column]?.trim() ?? ''));
  if (rows.length === 1 && columns.length <= 1) return { kind: 'cell', text: rows[0]?.[0] ?? '' };
  const tooWide = rows.findIndex((row) => row.slice(2).some((cell) => cell !== ''));
  if (tooWide >= 0)
    return refused(
      'columns',
      tooWide,
      rows[tooWide]?.slice(2).find((cell) => cell !== ''),
    );
  const named = columns.length === 2;
  const lines = named ? readNamed(rows, place) : readColumn(rows, place, first);
  if (named && !lines.some(namesKpi)) return refused('names', 0, rows[0]?.[0]);
  if (!rows.some((row) => /\d/.test(row[columns.length - 1] ?? '')))
    return refused('no-values', 0, rows[0]?.[0]);
  return { kind: 'lines', named, lines: lines.map((line) => withPeriod(line, place.month)) };
}

function refused(why: 'columns' | 'names' | 'no-values', index: number, text = ''): Paste {
  return { kind: 'refused', why, line: index + 1, text };
}

/** A heading that names another period than the one on the screen says so. */
function withPeriod(line: Line, month: Month): Line {
  if (line.use.kind !== 'heading') return line;
  const heading = [line.text, line.name].find((cell) => isOtherPeriod(cell, month));
  return heading === undefined ? line : { ...line, use: { kind: 'other-period', heading } };
}

function isBlankRow(row: readonly string[]): boolean {
  return row.every((cell) => cell.trim() === '');
}

/** A whole column of a sheet ends with many blank cells. */
function withoutBlankEnd(rows: readonly string[][]): readonly string[][] {
  return rows.slice(0, Math.max(1, rows.findLastIndex((row) => !isBlankRow(row)) + 1));
}

function columnsWithText(rows: readonly string[][]): number[] {
  const width = Math.max(...rows.map((row) => row.length));
  const all = Array.from({ length: width }, (_, column) => column);
  return all.filter((column) => rows.some((row) => (row[column] ?? '').trim() !== ''));
}

function readColumn(rows: readonly string[][], place: Place, first?: First): Line[] {
  const { rows: targets, from, month } = place;
  const [top = ''] = rows[0] ?? [];
  // There may be one more heading below the first: a circle above its period.
  const doubtful = isHeading(top) || isCircle(top, place) ? 1 : 0;
  let next = from;
  return rows.map(([text = ''], index) => {
    const use = columnUse(text, index - doubtful, month, first);
    if (use !== 'row') return { number: index + 1, name: '', text, use };
    const row = next;
    next += 1;
    const blank = text === '';
    const fits = row < targets.length;
    return {
      number: index + 1,
      name: '',
      text,
      use: blank ? { kind: 'blank' } : fits ? { kind: 'value', row } : { kind: 'no-row' },
    };
  });
}

/**
 * What a cell of a column is where it takes no row of the grid. `below` counts
 * from the line that may be a heading; those above it are headings.
 */
function columnUse(text: string, below: number, month: Month, first?: First): Use | 'row' {
  if (isSumName(text)) return { kind: 'sum' };
  if (below < 0) return { kind: 'heading' };
  const isDoubtful = below === 0 && text !== '' && (mayBePeriod(text, month) || !mayBeValue(text));
  if (!isDoubtful || first === 'value') return 'row';
  return { kind: first === 'heading' ? 'heading' : 'heading-or-value' };
}

function readNamed(rows: readonly string[][], place: Place): Line[] {
  let circle = '';
  const lines = rows.map(([name = '', text = ''], index): Line => {
    const line = { number: index + 1, name, text };
    if (name === '' && text === '') return { ...line, use: { kind: 'blank' } };
    const use = namedUse(name, text, circle, place);
    if (use.kind !== 'unknown') return { ...line, use };
    const isTitle = text === '' || (index === 0 && isTopOfBlock(name, text, place.month));
    if (isTitle && isCircle(name, place)) circle = name;
    if (isSumName(name)) return { ...line, use: { kind: 'sum' } };
    return { ...line, use: isTitle ? { kind: 'heading' } : use };
  });
  return lines.map((line) => (isTwice(line, lines) ? { ...line, use: { kind: 'twice' } } : line));
}

/** A number beside a name that is no heading is a value, whatever it may be in a column. */
function isTopOfBlock(name: string, text: string, month: Month): boolean {
  if (isHeading(text) || isPeriod(text, month)) return true;
  return mayBePeriod(text, month) && (name === '' || isHeading(name));
}

/** `circle` is the one whose heading stands above: another circle's KPI of the same name is not meant. */
function namedUse(name: string, text: string, circle: string, { rows, elsewhere }: Place): Use {
  const isMeant = (kpi: Named | undefined) => circle === '' || isOf(kpi, circle);
  const called = [...rows.keys()].filter((row) => isCalled(rows[row], name));
  const [row, ...others] = called.filter((index) => isMeant(rows[index]));
  if (row === undefined) {
    const away = elsewhere.filter((kpi) => isCalled(kpi, name));
    const [nearest] = [...away.filter(isMeant), ...away];
    if (circle !== '' && called.length > 0) {
      const isAway = !rows.some((kpi) => isOf(kpi, circle)) && elsewhere.some((kpi) => isOf(kpi, circle));
      return { kind: isAway ? 'elsewhere' : 'other-circle', circle };
    }
    return nearest === undefined ? { kind: 'unknown' } : { kind: 'elsewhere', circle: nearest.circle };
  }
  if (text === '') return { kind: 'blank' };
  return others.length > 0 ? { kind: 'same-name' } : { kind: 'value', row };
}

function isCalled(kpi: Named | undefined, name: string): boolean {
  return kpi !== undefined && fold(kpi.name) === fold(name);
}

function isOf(kpi: Named | undefined, circle: string): boolean {
  return kpi !== undefined && fold(kpi.circle) === fold(circle);
}

function isCircle(name: string, { circles }: Place): boolean {
  return circles.some((circle) => fold(circle) === fold(name));
}

function isTwice({ use, number }: Line, lines: readonly Line[]): boolean {
  if (use.kind !== 'value') return false;
  return lines.some(
    (other) => other.number !== number && other.use.kind === 'value' && other.use.row === use.row,
  );
}

function namesKpi({ name, use }: Line): boolean {
  return name !== '' && !['heading', 'other-period', 'sum', 'unknown'].includes(use.kind);
}
