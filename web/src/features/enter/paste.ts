/** Assigns each line of a pasted block to a row of the grid, or to no row. */
import type { Month } from '#shared/periods/months';
import { readClipboard } from './clipboard';
import { circleIn, isCircle } from './heading-circle';
import {
  isDateInDigits,
  isMonthNumber,
  isOtherPeriod,
  isPeriod,
  mayBePeriod,
  namesMonth,
} from './heading-period';
import { fold } from './names';
import { isHeading, isSumName, mayBeValue } from './paste-words';

/** The place of a paste. */
export interface PastePlace {
  /** The rows on the screen, from top to bottom. */
  rows: readonly Target[];
  /** KPIs of the month that are not on the screen. */
  elsewhere: readonly Named[];
  /** The names of the person's circles, with or without a KPI on the screen. */
  circles: readonly string[];
  /** Index of the row that has the cursor. */
  from: number;
  month: Month;
}

export interface Named {
  name: string;
  circle: string;
}

export interface Target extends Named {
  /** Its numbers of other months; empty if there is no history. */
  known: readonly number[];
}

export interface Line {
  /** The number of the line; the first line is 1. */
  number: number;
  /** The name in the line; empty in a column without names. */
  name: string;
  text: string;
  use: Use;
}

export type Use =
  /** Index of its row in the grid. */
  | { kind: 'value'; row: number }
  | { kind: 'heading' }
  /**
   * A heading that names another month or year. `otherwise` applies if the values are for this month
   * after all.
   */
  | { kind: 'other-period'; heading: string; otherwise: Use }
  /** A heading that names another circle than the circles of the values below it. */
  | { kind: 'not-of-circle'; heading: string; circles: string[] }
  /** A line that may be the heading of the column or its first value. */
  | { kind: 'heading-or-value' }
  | { kind: 'sum' }
  | { kind: 'blank' }
  /** No KPI on the screen has this name. */
  | { kind: 'unknown' }
  /** The KPI belongs to a circle that is not shown. */
  | { kind: 'elsewhere'; circle: string }
  /** The circle in the heading above has no KPI of this name, but another circle has one. */
  | { kind: 'other-circle'; circle: string }
  /** Several KPIs on the screen have this name. */
  | { kind: 'same-name' }
  /** The block contains the KPI more than once. */
  | { kind: 'twice' }
  /** There is no row left for it. */
  | { kind: 'no-row' };

export type Paste =
  /** One cell, to be typed rather than pasted. */
  | { kind: 'cell'; text: string }
  /** Nothing of it can be used. `line` and `text` show why. */
  | { kind: 'refused'; why: 'columns' | 'names' | 'no-values'; line: number; text: string }
  | { kind: 'refused'; why: 'too-long'; lines: number }
  | { kind: 'lines'; named: boolean; lines: Line[] };

/** The person's answers about lines of a column. */
export interface Said {
  /** Whether each doubtful line is a heading or a value, from the top. */
  doubtful: readonly ('heading' | 'value')[];
  /** Numbers of the lines that are sums. */
  sums: readonly number[];
}

/** More lines than a person can check in the preview. */
export const MOST_LINES = 2_000;

/** How much a usual value differs from another: up to half as much again, as in the slip check. */
const USUAL = 1.5;

export const NOTHING_SAID: Said = { doubtful: [], sums: [] };

/**
 * A column fills the rows downwards from the row that has the cursor. Headings above it take no row,
 * and doubtful headings raise a question. A blank cell leaves its row unchanged. In a block of two
 * columns, the first column names the KPIs, in any order. The second column holds the values.
 */
export function readPaste(text: string, place: PastePlace, said: Said = NOTHING_SAID): Paste {
  const all = withoutBlankEnd(readClipboard(text));
  if (all.length > MOST_LINES) return { kind: 'refused', why: 'too-long', lines: all.length };
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
  const lines = named ? readNamed(rows, place) : readColumn(rows, place, said);
  if (named && !lines.some(namesKpi)) return refused('names', 0, rows[0]?.[0]);
  if (!rows.some((row) => /\d/.test(row[columns.length - 1] ?? '')))
    return refused('no-values', 0, rows[0]?.[0]);
  const headed = lines.map((line, index) => withCircle(line, lines.slice(index + 1), place));
  return { kind: 'lines', named, lines: headed.map((line) => withPeriod(line, place.month)) };
}

function refused(why: 'columns' | 'names' | 'no-values', index: number, text = ''): Paste {
  return { kind: 'refused', why, line: index + 1, text };
}

/** Marks a heading that names another period than the month on the screen. */
function withPeriod(line: Line, month: Month): Line {
  const { use } = line;
  if (use.kind !== 'heading' && use.kind !== 'not-of-circle') return line;
  const heading = [line.text, line.name].find((cell) => isOtherPeriod(cell, month));
  return heading === undefined ? line : { ...line, use: { kind: 'other-period', heading, otherwise: use } };
}

/**
 * Marks a heading above the values that names a circle, if values below it go to other circles. Only
 * the values up to the next such heading count. A circle in the column of names selects among KPIs
 * instead.
 */
function withCircle(line: Line, below: readonly Line[], { rows, circles }: PastePlace): Line {
  const named = circleAbove(line, circles);
  if (named === undefined) return line;
  const next = below.findIndex((other) => circleAbove(other, circles) !== undefined);
  const under = next < 0 ? below : below.slice(0, next);
  const meant = new Set(
    under.flatMap(({ use }) => (use.kind === 'value' ? [rows[use.row]?.circle ?? ''] : [])),
  );
  if ([...meant].every((circle) => fold(circle) === fold(named))) return line;
  return { ...line, use: { kind: 'not-of-circle', heading: line.text, circles: [...meant] } };
}

function circleAbove({ use, text }: Line, circles: readonly string[]): string | undefined {
  return use.kind === 'heading' ? circleIn(text, circles) : undefined;
}

function isBlankRow(row: readonly string[]): boolean {
  return row.every((cell) => cell.trim() === '');
}

/** Removes the blank rows at the end: a whole column of a sheet has many of them. */
function withoutBlankEnd(rows: readonly string[][]): readonly string[][] {
  return rows.slice(0, Math.max(1, rows.findLastIndex((row) => !isBlankRow(row)) + 1));
}

function columnsWithText(rows: readonly string[][]): number[] {
  const width = Math.max(...rows.map((row) => row.length));
  const all = Array.from({ length: width }, (_, column) => column);
  return all.filter((column) => rows.some((row) => (row[column] ?? '').trim() !== ''));
}

function readColumn(rows: readonly string[][], place: PastePlace, said: Said): Line[] {
  const uses = columnUses(rows, place, said);
  let next = place.from;
  let filled = place.from;
  return rows.map(([text = ''], index) => {
    const line = { number: index + 1, name: '', text };
    const use = uses[index];
    if (use !== undefined) {
      // Blank cells between two circles in the sheet may take no row.
      if (next > place.from) next = Math.max(filled, firstRowOf(text, place) ?? next);
      return { ...line, use };
    }
    const row = next;
    next += 1;
    if (text === '') return { ...line, use: { kind: 'blank' } };
    filled = next;
    return { ...line, use: row < place.rows.length ? { kind: 'value', row } : { kind: 'no-row' } };
  });
}

/** The index of the first row of a circle; absent if the circle has no row. */
function firstRowOf(circle: string, { rows }: PastePlace): number | undefined {
  const row = rows.findIndex((kpi) => isOf(kpi, circle));
  return row < 0 ? undefined : row;
}

/** The use of each cell that takes no row of the grid; undefined for all other cells. */
function columnUses(rows: readonly string[][], place: PastePlace, said: Said): (Use | undefined)[] {
  const blankTop = rows.findIndex(([text = '']) => text !== '');
  let [isTop, doubts, hasMonth] = [true, 0, false];
  let first: number | undefined = place.from;
  const uses = rows.slice(blankTop).map(([text = ''], index): Use | undefined => {
    if (isSumName(text) || said.sums.includes(blankTop + index + 1)) return { kind: 'sum' };
    // The name of a circle is a heading further down too, because no value has such a name. Headings may
    // follow it.
    if (isCircle(text, place.circles)) {
      if (!isTop) [hasMonth, first] = [false, firstRowOf(text, place)];
      isTop = true;
      return { kind: 'heading' };
    }
    if (!isTop) return undefined;
    const isDoubtful = !isHeading(text) && mayHead(text, place, { hasMonth, first });
    const answer = isDoubtful ? said.doubtful[doubts] : undefined;
    // Asks one question at a time: the line below may be another heading.
    const isAsked = isDoubtful && doubts === said.doubtful.length;
    if (isDoubtful) doubts += 1;
    if (isAsked) return { kind: 'heading-or-value' };
    isTop = answer === 'heading' || isHeading(text);
    hasMonth ||= isTop && namesMonth(text, place.month);
    return isTop ? { kind: 'heading' } : undefined;
  });
  // Blank cells above a heading take no row.
  const [top] = uses;
  const above = top?.kind === 'heading' || top?.kind === 'heading-or-value' ? top : undefined;
  return [...Array.from({ length: blankTop }, () => above), ...uses];
}

/** What the lines above say: whether they name a month, and the row of the first value. */
interface Top {
  hasMonth: boolean;
  first: number | undefined;
}

/** A blank cell below a heading may belong to a row, or may separate the heading from the values. */
function mayHead(text: string, place: PastePlace, { hasMonth, first }: Top): boolean {
  if (text === '') return true;
  if (isMonthNumber(text))
    return !hasMonth && (mayBePeriod(text, place.month) || !isUsual(text, place, first));
  if (isDateInDigits(text, place.month)) return !isOfUsualSize(text, place, first);
  return mayBePeriod(text, place.month) || !mayBeValue(text);
}

/** Whether the first row has had numbers like this one. A value has no leading zero. */
function isUsual(text: string, place: PastePlace, first: number | undefined): boolean {
  const known = knownIn(place, first);
  return !text.startsWith('0') && Math.min(...known) <= Number(text) && Number(text) <= Math.max(...known);
}

/** Whether the first row has had a number that differs from this one by at most half of the lesser. */
function isOfUsualSize(text: string, place: PastePlace, first: number | undefined): boolean {
  return knownIn(place, first).some((known) => {
    const ratio = Number(text) / known;
    return ratio >= 1 / USUAL && ratio <= USUAL;
  });
}

function knownIn({ rows }: PastePlace, row: number | undefined): readonly number[] {
  return (row === undefined ? undefined : rows[row]?.known) ?? [];
}

function readNamed(rows: readonly string[][], place: PastePlace): Line[] {
  let circle = '';
  let isTop = true;
  const lines = rows.map(([name = '', text = ''], index): Line => {
    const line = { number: index + 1, name, text };
    if (name === '' && text === '') return { ...line, use: { kind: 'blank' } };
    const use = namedUse(name, text, circle, place);
    if (use.kind !== 'unknown') {
      isTop = false;
      return { ...line, use };
    }
    const isOfCircle = isCircle(name, place.circles);
    if (isOfCircle) circle = name;
    const isTitle = text === '' || ((isTop || isOfCircle) && isTopOfBlock(name, text, place.month));
    if (isSumName(name)) return { ...line, use: { kind: 'sum' } };
    return { ...line, use: isTitle ? { kind: 'heading' } : use };
  });
  return lines.map((line) => (isTwice(line, lines) ? { ...line, use: { kind: 'twice' } } : line));
}

/** A number beside a name that is no heading is a value, even if it may be a period in a column. */
function isTopOfBlock(name: string, text: string, month: Month): boolean {
  if (isHeading(text) || isPeriod(text, month)) return true;
  const mayBeHeading = isMonthNumber(text) || mayBePeriod(text, month) || !mayBeValue(text);
  return mayBeHeading && (name === '' || isHeading(name));
}

/**
 * `circle` is the circle in the heading above, if any. KPIs of the same name in other circles are not
 * meant.
 */
function namedUse(name: string, text: string, circle: string, { rows, elsewhere }: PastePlace): Use {
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

function isTwice({ use, number }: Line, lines: readonly Line[]): boolean {
  if (use.kind !== 'value') return false;
  return lines.some(
    (other) => other.number !== number && other.use.kind === 'value' && other.use.row === use.row,
  );
}

function namesKpi({ name, use }: Line): boolean {
  return name !== '' && !['heading', 'other-period', 'not-of-circle', 'sum', 'unknown'].includes(use.kind);
}
