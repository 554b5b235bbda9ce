/** What a cell can be, and what follows from what stands in it. */
import { type KpiValue, KpiValueState, type Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { LONGEST_COMMENT } from '#shared/kpis/longest-texts';
import type { NumberFormat } from '#shared/numbers/formats';
import { likelySlip, type Slip, type Surroundings } from '#shared/numbers/slips';
import { adornmentOf } from '#shared/numbers/units';
import { readWritten, type Written } from '#shared/numbers/written';
import { excessOf } from '#shared/texts/length';
import type { Attempt, Change } from '#shared/values/value-change';
import type { Row } from './rows';

export interface Cell {
  /** Absent while the number is left alone. */
  written: Written | undefined;
  /** The KPI's unit that was shown when that was begun, where it is known. */
  unit: Unit | undefined;
  /** A comment beside the number, else why there is none, while it is being written. */
  note: string | undefined;
  state: CellState;
  /** What the server has, as far as this page has seen. */
  value: KpiValue | undefined;
  /** When another value or unit came in its place by itself, in the page's milliseconds. */
  arrivedAt?: number;
}

export const UNTOUCHED: Cell = {
  written: undefined,
  unit: undefined,
  note: undefined,
  state: { kind: 'idle' },
  value: undefined,
};

export type CellState =
  /** Shows what the server has. */
  | { kind: 'idle' }
  | { kind: 'saved' }
  /** Holds something that was not sent yet; `kept` where it was typed before the page was loaded. */
  | { kind: 'typing'; kept?: true }
  /** Since when it asks, in the page's milliseconds. */
  | { kind: 'asking'; question: Question; since: number }
  /** On its way, since when; waiting when the connection or the session is missing. */
  | { kind: 'saving'; attempt: Attempt; since: number }
  | { kind: 'waiting'; attempt: Attempt }
  | { kind: 'refused'; change: Change; error: unknown }
  /**
   * Another person was faster; theirs is absent where they took it back before it could be read.
   * Since when it is shown, in the page's milliseconds.
   */
  | { kind: 'conflict'; change: Change; theirs: KpiValue | undefined; since: number };

export type Question =
  | ({ kind: 'slip'; slip: Slip } & Entered)
  | UnitQuestion
  | { kind: 'ambiguous'; values: number[] }
  | { kind: 'unreadable' }
  | { kind: 'retract' };

/** A number that is to be saved once its questions are answered. */
export interface Entered {
  value: number;
  /** That of the change which was refused; absent to leave the comment as it is. */
  comment?: string | undefined;
}

/** The KPI has another unit than the one in which the number was seen or typed. */
export interface UnitQuestion extends Entered {
  kind: 'unit';
  from: Unit;
  to: Unit;
}

export type Decision =
  /** It is blank, as it was. */
  { kind: 'nothing' } | { kind: 'ask'; question: Question } | ({ kind: 'enter' } & Entered);

/** Whether it holds what was typed before the page was loaded, and not since. */
export function isKept({ state }: Cell): boolean {
  return state.kind === 'typing' && state.kept === true;
}

/** What becomes of the text in the cell. */
export function decide(cell: Cell, row: Row, around: Surroundings, format: NumberFormat): Decision {
  const { written = { text: '' }, unit = row.kpi.unit } = cell;
  const reading = readWritten(written, format, adornmentOf(unit));
  switch (reading.kind) {
    case 'blank':
      return isBlank(cell.value) ? { kind: 'nothing' } : { kind: 'ask', question: { kind: 'retract' } };
    case 'number':
      return decideOn({ value: reading.value }, cell, row, around);
    default:
      return { kind: 'ask', question: reading };
  }
}

/** What becomes of a number. Its unit comes first: whether it is a slip is asked of what it means. */
export function decideOn(entered: Entered, cell: Cell, row: Row, around: Surroundings): Decision {
  const { value } = entered;
  const question = unitQuestion(entered, cell, row);
  if (question !== undefined) return { kind: 'ask', question };
  const slip = cell.value?.value === value ? undefined : likelySlip(value, around);
  if (slip !== undefined) return { kind: 'ask', question: { kind: 'slip', slip, ...entered } };
  return { kind: 'enter', ...entered };
}

/** Absent where the KPI is still counted as when the number was typed. */
export function unitQuestion(entered: Entered, { unit }: Cell, { kpi }: Row): UnitQuestion | undefined {
  if (unit === undefined || unit === kpi.unit) return undefined;
  return { kind: 'unit', from: unit, to: kpi.unit, ...entered };
}

/** What a change that was refused has to ask, where the KPI has another unit now. */
export function unitQuestionOf(change: Change, now: Unit | undefined): UnitQuestion | undefined {
  if (now === undefined || !('value' in change)) return undefined;
  const { unit: from, value, comment } = change;
  return { kind: 'unit', from, to: now, value, comment };
}

/** The comment that goes with a number which waits for a decision; absent where there is none. */
export function openComment(state: CellState): string | undefined {
  if (state.kind === 'asking') return 'comment' in state.question ? state.question.comment : undefined;
  if (state.kind !== 'refused' && state.kind !== 'conflict') return undefined;
  return 'value' in state.change ? state.change.comment : undefined;
}

/** In which the new number of a change was seen; absent where it has none. */
export function seenUnitOf(change: Change): Unit | undefined {
  return 'value' in change ? change.unit : undefined;
}

/** What the contract calls a period in which nobody has seen anything. */
const SEEN_BLANK = '0';

/** What this page has seen of a period without a number. */
export function seenAs(known: KpiValue | undefined): { id?: string; etag: string } {
  return known === undefined ? { etag: SEEN_BLANK } : { id: known.id, etag: known.etag };
}

/** A value that was taken back is as good as none; a mark is not one either. */
export function isBlank(value: KpiValue | undefined): boolean {
  return value?.value === undefined;
}

/** Somebody said that there is nothing to report. */
export function isMarked(value: KpiValue | undefined): boolean {
  return value?.state === KpiValueState.NOTHING_TO_REPORT;
}

/** The note that a change is about; absent where it is about the number. */
export function noteOf(change: Change): string | undefined {
  if (change.kind === 'mark') return change.reason;
  return change.kind === 'comment' ? change.comment : undefined;
}

/** Whether nothing is being written here, number or note. */
export function isAtRest(cell: Cell): boolean {
  return isSettled(cell) && cell.note === undefined;
}

/** Whether something would be lost with this cell. */
export function isUnsaved(cell: Cell): boolean {
  return !isSettled(cell) || hasUnsavedNote(cell);
}

export function hasUnsavedNote({ note, value }: Cell): boolean {
  return note !== undefined && note.trim() !== (value?.comment ?? '');
}

/** Whether something stands in the cell that was neither sent nor settled. */
export function isOpen(cell: Cell): boolean {
  return cell.state.kind === 'typing' || needsAnswer(cell);
}

/** Whether the person has to decide something before it goes on. */
export function needsAnswer({ state }: Cell): boolean {
  return ['asking', 'refused', 'conflict'].includes(state.kind);
}

/**
 * Since when a cell shows what another person has done, in the page's milliseconds: another
 * number, or another unit. Typing over it is an answer to it. Absent where it shows nothing of
 * the kind.
 */
export function othersShownSince({ state, arrivedAt }: Cell): number | undefined {
  if (isSettled({ state })) return arrivedAt;
  if (state.kind === 'conflict') return state.since;
  return state.kind === 'asking' && state.question.kind === 'unit' ? state.since : undefined;
}

/** Whether the number is the server's. */
export function isSettled({ state }: Pick<Cell, 'state'>): boolean {
  return state.kind === 'idle' || state.kind === 'saved';
}

/** Not while the number is in question, or the note is too long; only a reason has to say something. */
export function canSaveNote(cell: Cell): boolean {
  if (cell.note === undefined || (cell.note.trim() === '' && isBlank(cell.value))) return false;
  if (excessOf(cell.note, LONGEST_COMMENT) > 0) return false;
  return isSettled(cell) || (cell.state.kind === 'refused' && isAboutNote(cell.state));
}

/** Whether it is the note, not the number, that was not saved. */
export function isAboutNote(state: CellState): boolean {
  const refused = state.kind === 'refused' || state.kind === 'conflict';
  return refused && noteOf(state.change) !== undefined;
}

/** The call that is under way, or will be made again. */
export function attemptOf(state: CellState): Attempt | undefined {
  return state.kind === 'saving' || state.kind === 'waiting' ? state.attempt : undefined;
}
