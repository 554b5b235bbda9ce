/** The states of a cell, and the decisions that follow from its content. */
import { type KpiValue, KpiValueState, type Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { LONGEST_COMMENT } from '#shared/kpis/longest-texts';
import type { NumberFormat } from '#shared/numbers/formats';
import { likelySlip, type Slip, type Surroundings } from '#shared/numbers/slips';
import { adornmentOf } from '#shared/numbers/units';
import { readWritten, type Written } from '#shared/numbers/written';
import type { Shown } from '#shared/screens/shown';
import { excessOf } from '#shared/texts/length';
import type { Attempt, Change } from '#shared/values/value-change';
import type { Row } from './rows';

export interface Cell {
  /** Absent while the person has not changed the number. */
  written: Written | undefined;
  /** The KPI's unit on the screen when the person began to type; absent if it is unknown. */
  unit: Unit | undefined;
  /** The comment, or the reason for nothing to report, while the person writes it. */
  note: string | undefined;
  state: CellState;
  /** The server's value, as far as this page knows. */
  value: KpiValue | undefined;
  /** Shown by an update from the server that changed the value or the unit. */
  arrived?: Shown;
}

export const UNTOUCHED: Cell = {
  written: undefined,
  unit: undefined,
  note: undefined,
  state: { kind: 'idle' },
  value: undefined,
};

export type CellState =
  /** Shows the server's value. */
  | { kind: 'idle' }
  | { kind: 'saved' }
  /** Holds input that was not sent; `kept` until the person types in the cell again. */
  | { kind: 'typing'; kept?: Kept }
  | { kind: 'asking'; question: Question; shown: Shown }
  /** A request is in progress since `since`. It is `waiting` if the connection or the session is missing. */
  | { kind: 'saving'; attempt: Attempt; since: number }
  | { kind: 'waiting'; attempt: Attempt }
  | { kind: 'refused'; change: Change; error: unknown }
  /**
   * Another person saved first. `theirs` is absent if they retracted the value before it could be
   * read.
   */
  | { kind: 'conflict'; change: Change; theirs: KpiValue | undefined; shown: Shown };

/**
 * Why a text may be unfinished: it was typed before the page was loaded, or the cell lost the focus without
 * an act of the person.
 */
export type Kept = 'reloaded' | 'interrupted';

export type Question =
  | ({ kind: 'slip'; slip: Slip } & Entered)
  | UnitQuestion
  | { kind: 'ambiguous'; values: number[] }
  | { kind: 'unreadable' }
  | { kind: 'retract' };

/** A number to save after its questions are answered. */
export interface Entered {
  value: number;
  /** The comment of the refused change; absent to keep the stored comment. */
  comment?: string | undefined;
}

/** The KPI's unit differs from the unit in which the person saw or typed the number. */
export interface UnitQuestion extends Entered {
  kind: 'unit';
  from: Unit;
  to: Unit;
}

export type Decision =
  /** The cell was blank and still is. */
  { kind: 'nothing' } | { kind: 'ask'; question: Question } | ({ kind: 'enter' } & Entered);

/** Whether the cell holds only text that may be unfinished. An Enter in the cell saves it, leaving it does not. */
export function isKept({ state }: Cell): boolean {
  return state.kind === 'typing' && state.kept !== undefined;
}

/** Whether the person may want to go on in the middle of the text. */
export function isInterrupted({ state }: Cell): boolean {
  return state.kind === 'typing' && state.kept === 'interrupted';
}

/** Decides what to do with the text in the cell. */
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

/**
 * Decides what to do with a number. The question about the unit comes first, because the slip check
 * needs it.
 */
export function decideOn(entered: Entered, cell: Cell, row: Row, around: Surroundings): Decision {
  const { value } = entered;
  const question = unitQuestion(entered, cell, row);
  if (question !== undefined) return { kind: 'ask', question };
  const slip = cell.value?.value === value ? undefined : likelySlip(value, around, cell.written);
  if (slip !== undefined) return { kind: 'ask', question: { kind: 'slip', slip, ...entered } };
  return { kind: 'enter', ...entered };
}

/** Absent if the KPI still has the unit in which the number was typed. */
export function unitQuestion(entered: Entered, { unit }: Cell, { kpi }: Row): UnitQuestion | undefined {
  if (unit === undefined || unit === kpi.unit) return undefined;
  return { kind: 'unit', from: unit, to: kpi.unit, ...entered };
}

/** The question for a change that was refused because the KPI has another unit now. */
export function unitQuestionOf(change: Change, now: Unit | undefined): UnitQuestion | undefined {
  if (now === undefined || !('value' in change)) return undefined;
  const { unit: from, value, comment } = change;
  return { kind: 'unit', from, to: now, value, comment };
}

/** The comment of a number that waits for a decision; absent if there is none. */
export function openComment(state: CellState): string | undefined {
  if (state.kind === 'asking') return 'comment' in state.question ? state.question.comment : undefined;
  if (state.kind !== 'refused' && state.kind !== 'conflict') return undefined;
  return 'value' in state.change ? state.change.comment : undefined;
}

/** The unit in which the person saw the new number of a change; absent if the change has no number. */
export function seenUnitOf(change: Change): Unit | undefined {
  return 'value' in change ? change.unit : undefined;
}

/** The etag that the contract uses for a period in which the person has seen nothing. */
const SEEN_BLANK = '0';

/** The version that this page has seen of a period without a number. */
export function seenAs(known: KpiValue | undefined): { id?: string; etag: string } {
  return known === undefined ? { etag: SEEN_BLANK } : { id: known.id, etag: known.etag };
}

/** A retracted value counts as blank, and so does a mark. */
export function isBlank(value: KpiValue | undefined): boolean {
  return value?.value === undefined;
}

/** Whether the period is marked as nothing to report. */
export function isMarked(value: KpiValue | undefined): boolean {
  return value?.state === KpiValueState.NOTHING_TO_REPORT;
}

/** The note that a change sets; absent if the change is about the number. */
export function noteOf(change: Change): string | undefined {
  if (change.kind === 'mark') return change.reason;
  return change.kind === 'comment' ? change.comment : undefined;
}

/** Whether the person writes neither a number nor a note in this cell. */
export function isAtRest(cell: Cell): boolean {
  return isSettled(cell) && cell.note === undefined;
}

/** Whether the cell has unsaved input. */
export function isUnsaved(cell: Cell): boolean {
  return !isSettled(cell) || hasUnsavedNote(cell);
}

export function hasUnsavedNote({ note, value }: Cell): boolean {
  return note !== undefined && note.trim() !== (value?.comment ?? '');
}

/** Whether the cell holds a text that was not sent, or needs a decision. */
export function isOpen(cell: Cell): boolean {
  return cell.state.kind === 'typing' || needsAnswer(cell);
}

/** Whether the cell waits for a decision of the person. */
export function needsAnswer({ state }: Cell): boolean {
  return ['asking', 'refused', 'conflict'].includes(state.kind);
}

/**
 * What the cell shows of another person: a number or a unit. Typing over it is an answer to it. Absent
 * if the cell shows nothing of another person.
 */
export function othersShown({ state, arrived }: Cell): Shown | undefined {
  if (isSettled({ state })) return arrived;
  if (state.kind === 'conflict') return state.shown;
  return state.kind === 'asking' && state.question.kind === 'unit' ? state.shown : undefined;
}

/** Whether the cell shows the server's number. */
export function isSettled({ state }: Pick<Cell, 'state'>): boolean {
  return state.kind === 'idle' || state.kind === 'saved';
}

/**
 * False while the number needs a decision, or if the note is too long. A reason must not be empty; a
 * comment may be empty.
 */
export function canSaveNote(cell: Cell): boolean {
  if (cell.note === undefined || (cell.note.trim() === '' && isBlank(cell.value))) return false;
  if (excessOf(cell.note, LONGEST_COMMENT) > 0) return false;
  return isSettled(cell) || (cell.state.kind === 'refused' && isAboutNote(cell.state));
}

/** Whether the note, rather than the number, was not saved. */
export function isAboutNote(state: CellState): boolean {
  const refused = state.kind === 'refused' || state.kind === 'conflict';
  return refused && noteOf(state.change) !== undefined;
}

/** The request that is in progress, or that will be retried. */
export function attemptOf(state: CellState): Attempt | undefined {
  return state.kind === 'saving' || state.kind === 'waiting' ? state.attempt : undefined;
}
