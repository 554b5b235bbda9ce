/**
 * The month on the screen: a cell for each row, what was typed into it, and what
 * became of it. Lives outside of React, so that a key press touches one cell.
 */
import { Code, ConnectError } from '@connectrpc/connect';
import type { Kpi, KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { isPassing, refusalOf } from '#shared/errors/refusal';
import type { NumberFormat } from '#shared/numbers/formats';
import { formatThatReads } from '#shared/numbers/reading';
import { adornmentOf } from '#shared/numbers/units';
import type { Month } from '#shared/periods/months';
import {
  type Attempt,
  type Cell,
  type CellState,
  type Change,
  changeTo,
  changeToNote,
  decide,
  isAtRest,
  isBlank,
  isMarked,
  isSettled,
  isUnsaved,
  noteOf,
  rebased,
} from './cell';
import { type Draft, type Drafts, keepDrafts, keptDrafts } from './drafts';
import type { Ledger } from './ledger';
import type { Row } from './rows';

const TRY_AGAIN_MS = 2_000;
/** Nobody reads a question faster; a key pressed sooner was not meant for it. */
const READ_MS = 500;
const NOTHING: Cell = {
  text: undefined,
  pasted: false,
  note: undefined,
  state: { kind: 'idle' },
  value: undefined,
};

/** A pasted text that two formats read as two numbers, in ascending order. */
export interface Unclear {
  kpi: Kpi;
  text: string;
  values: number[];
}

export class Sheet {
  readonly #userId: string;
  readonly #month: Month;
  readonly #ledger: Ledger;
  readonly #cells = new Map<string, Cell>();
  readonly #watchers = new Set<() => void>();
  readonly #underway = new Map<string, Promise<void>>();
  #rows: readonly Row[];
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(userId: string, month: Month, rows: readonly Row[], ledger: Ledger) {
    this.#userId = userId;
    this.#month = month;
    this.#rows = rows;
    this.#ledger = ledger;
    const drafts = keptDrafts(userId, month);
    for (const { kpi, value } of rows) {
      const draft = drafts[kpi.id];
      this.#cells.set(kpi.id, draft === undefined ? { ...NOTHING, value } : takenUp(draft, value));
    }
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  cell(kpiId: string): Cell {
    return this.#cells.get(kpiId) ?? NOTHING;
  }

  /** How many of some rows have a number at the server, or nothing to report. */
  enteredOf(rows: readonly Row[]): number {
    const values = rows.map(({ kpi }) => this.cell(kpi.id).value);
    return values.filter((value) => !isBlank(value) || isMarked(value)).length;
  }

  /** Takes in what the server has by now; what is being worked on stays. */
  update(rows: readonly Row[]): void {
    this.#rows = rows;
    for (const { kpi, value } of rows) {
      const cell = this.cell(kpi.id);
      if (isAtRest(cell) && value?.etag !== cell.value?.etag) this.#set(kpi.id, { ...cell, value });
    }
  }

  type(kpiId: string, text: string, pasted = false): void {
    this.#set(kpiId, { ...this.cell(kpiId), text, pasted, state: { kind: 'typing' } });
  }

  /** Back to what the server has; a note stays unless it is what was in question. */
  restore(kpiId: string): void {
    const { note, state, value } = this.cell(kpiId);
    this.#set(kpiId, { ...NOTHING, note: isAboutNote(state) ? undefined : note, value });
  }

  openNote(kpiId: string): void {
    const cell = this.cell(kpiId);
    this.#set(kpiId, { ...cell, note: cell.note ?? cell.value?.comment ?? '' });
  }

  writeNote(kpiId: string, note: string): void {
    this.#set(kpiId, { ...this.cell(kpiId), note });
  }

  /** Leaves the note as the server has it. */
  closeNote(kpiId: string): void {
    const cell = this.cell(kpiId);
    const state: CellState = isAboutNote(cell.state) ? { kind: 'idle' } : cell.state;
    this.#set(kpiId, { ...cell, note: undefined, state });
  }

  saveNote(kpiId: string): void {
    const cell = this.cell(kpiId);
    const note = cell.note?.trim() ?? '';
    if (canSaveNote(cell)) this.#begin(kpiId, changeToNote(note, cell.value));
  }

  takeBack(kpiId: string): void {
    const { value } = this.cell(kpiId);
    if (value !== undefined) this.#begin(kpiId, { kind: 'retract', id: value.id, etag: value.etag });
  }

  /** Whoever types is done with the cell. Answers whether nothing is left to ask. */
  commit(kpiId: string, format: NumberFormat): boolean {
    const cell = this.cell(kpiId);
    if (cell.state.kind !== 'typing') return cell.state.kind !== 'asking' && cell.state.kind !== 'conflict';
    const index = this.#rows.findIndex(({ kpi }) => kpi.id === kpiId);
    const row = this.#rows[index];
    if (row === undefined) return true;
    const decision = decide(cell, row, this.#around(row, index), format);
    if (decision.kind === 'ask') {
      this.#set(kpiId, {
        ...cell,
        state: { kind: 'asking', question: decision.question, since: performance.now() },
      });
      return false;
    }
    if (decision.kind === 'nothing') this.restore(kpiId);
    else this.#begin(kpiId, decision.change);
    return true;
  }

  /** Yes by a key, which counts once the question can have been read. */
  confirmByKey(kpiId: string): void {
    const { state } = this.cell(kpiId);
    if (state.kind === 'asking' && performance.now() - state.since >= READ_MS) this.confirm(kpiId);
  }

  /** Yes to the question that the cell asks. */
  confirm(kpiId: string): void {
    const { state, value } = this.cell(kpiId);
    if (state.kind !== 'asking') return;
    if (state.question.kind === 'slip') this.#begin(kpiId, changeTo(state.question.value, value));
    if (state.question.kind === 'retract') this.takeBack(kpiId);
  }

  /** Which of its readings an ambiguous text is. */
  choose(kpiId: string, value: number): void {
    this.#begin(kpiId, changeTo(value, this.cell(kpiId).value));
  }

  /** Pasted texts that wait for somebody to say which of two numbers they are. */
  get unclear(): Unclear[] {
    return this.#rows.flatMap(({ kpi }) => {
      const { state, pasted, text } = this.cell(kpi.id);
      if (!pasted || text === undefined || state.kind !== 'asking') return [];
      const { question } = state;
      return question.kind === 'ambiguous' ? [{ kpi, text, values: question.values }] : [];
    });
  }

  /** Reads all of them as if they were typed in the format that sees this number in one. */
  chooseForAll(one: Unclear, value: number): void {
    const format = formatThatReads(one.text, value, adornmentOf(one.kpi.unit));
    if (format === undefined) return;
    for (const { kpi, text } of this.unclear) {
      this.type(kpi.id, text);
      this.commit(kpi.id, format);
    }
  }

  /** Puts mine in place of what somebody else entered meanwhile. */
  insist(kpiId: string): void {
    const { state } = this.cell(kpiId);
    if (state.kind !== 'conflict') return;
    const { change, theirs } = state;
    if ('value' in change) this.#begin(kpiId, changeTo(change.value, theirs));
    else if (change.kind === 'comment') this.#begin(kpiId, changeToNote(change.comment, theirs));
    else if (change.kind === 'mark') this.#begin(kpiId, changeToNote(change.reason, theirs));
    else if (change.kind === 'retract') this.takeBack(kpiId);
  }

  /** Sends again what has no answer yet, with the ids it had. */
  resume = (): void => {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    for (const [kpiId, { state }] of this.#cells) {
      if (state.kind === 'waiting') void this.#send(kpiId, state.attempt);
    }
  };

  close(): void {
    clearTimeout(this.#retry);
  }

  /** One call at a time for each cell: what is typed on waits for what went before. */
  #begin(kpiId: string, change: Change): void {
    const attempt = { requestId: crypto.randomUUID(), change };
    this.#set(kpiId, { ...this.cell(kpiId), state: { kind: 'saving', attempt } });
    const before = this.#underway.get(kpiId);
    const sending = before?.then(() =>
      this.#send(kpiId, { ...attempt, change: rebased(change, this.cell(kpiId).value) }),
    );
    this.#underway.set(kpiId, sending ?? this.#send(kpiId, attempt));
  }

  async #send(kpiId: string, attempt: Attempt): Promise<void> {
    this.#set(kpiId, { ...this.cell(kpiId), state: { kind: 'saving', attempt } });
    try {
      const value = await this.#ledger.save(kpiId, attempt);
      const { note } = this.cell(kpiId);
      const unsaved = note?.trim() === noteOf(attempt.change) ? undefined : note;
      this.#settle(kpiId, attempt, { ...NOTHING, note: unsaved, state: { kind: 'saved' }, value });
    } catch (error) {
      await this.#refused(kpiId, attempt, error);
    }
  }

  async #refused(kpiId: string, attempt: Attempt, error: unknown): Promise<void> {
    const cell = this.cell(kpiId);
    const { change } = attempt;
    if (isPassing(error) || ConnectError.from(error).code === Code.Unauthenticated) {
      this.#settle(kpiId, attempt, { ...cell, state: { kind: 'waiting', attempt } });
      this.#retry ??= setTimeout(this.resume, TRY_AGAIN_MS);
      return;
    }
    const readTheirs = this.#inTheWay(kpiId, change, error);
    if (readTheirs === undefined) {
      this.#settle(kpiId, attempt, { ...cell, state: { kind: 'refused', change, error } });
      return;
    }
    try {
      const value = await readTheirs();
      const state = { kind: 'conflict', change, theirs: value } as const;
      this.#settle(kpiId, attempt, { ...cell, value, state });
    } catch (unread) {
      this.#settle(kpiId, attempt, { ...cell, state: { kind: 'refused', change, error: unread } });
    }
  }

  /** Reads what stood in the way; absent where that was not the reason. */
  #inTheWay(
    kpiId: string,
    change: Change,
    error: unknown,
  ): (() => Promise<KpiValue | undefined>) | undefined {
    const { reason, metadata } = refusalOf(error);
    const { kpi_value_id: recorded } = metadata;
    if (reason === 'ALREADY_RECORDED' && recorded !== undefined) return () => this.#ledger.read(recorded);
    if (!['ETAG_MISMATCH', 'VALUE_RETRACTED', 'NOTHING_TO_REPORT'].includes(reason)) return undefined;
    return 'id' in change ? () => this.#ledger.read(change.id) : () => this.#ledger.find(kpiId);
  }

  /** An answer counts only while its attempt does: somebody may have typed on. */
  #settle(kpiId: string, { requestId }: Attempt, cell: Cell): void {
    const now = this.cell(kpiId);
    const current = now.state.kind === 'saving' && now.state.attempt.requestId === requestId;
    if (current) this.#set(kpiId, cell);
    else if (cell.state.kind === 'saved') this.#set(kpiId, { ...now, note: cell.note, value: cell.value });
  }

  #around(row: Row, index: number) {
    return {
      unit: row.kpi.unit,
      history: row.history,
      neighbours: [this.#rows[index - 1], this.#rows[index + 1]]
        .filter((neighbour) => neighbour !== undefined)
        .map(({ kpi, last }) => ({ name: kpi.name, last })),
    };
  }

  #set(kpiId: string, cell: Cell): void {
    this.#cells.set(kpiId, cell);
    keepDrafts(this.#userId, this.#month, this.#drafts());
    for (const watcher of this.#watchers) watcher();
  }

  #drafts(): Drafts {
    const drafts: Drafts = {};
    for (const [kpiId, cell] of this.#cells) {
      if (!isUnsaved(cell)) continue;
      const { state, text, note, pasted, value } = cell;
      const draft: Draft = { pasted, etag: value?.etag ?? '' };
      if (text !== undefined) draft.text = text;
      if (note !== undefined) draft.note = note;
      const sent = state.kind === 'saving' || state.kind === 'waiting';
      drafts[kpiId] = sent ? { ...draft, attempt: state.attempt } : draft;
    }
    return drafts;
  }
}

/**
 * A draft goes on from what was on the screen when it was typed: where somebody
 * has changed the value since, saving it is refused and both are shown.
 */
function takenUp({ text, note, pasted, etag, attempt }: Draft, now: KpiValue | undefined): Cell {
  const value = etag === '' || now === undefined ? undefined : { ...now, etag };
  const untouched: CellState = { kind: text === undefined ? 'idle' : 'typing' };
  const state: CellState = attempt === undefined ? untouched : { kind: 'waiting', attempt };
  return { text, pasted, note, state, value };
}

/** Not while the number is in question; only a reason has to say something. */
export function canSaveNote(cell: Cell): boolean {
  if (cell.note === undefined || (cell.note.trim() === '' && isBlank(cell.value))) return false;
  return isSettled(cell) || (cell.state.kind === 'refused' && isAboutNote(cell.state));
}

/** Whether it is the note, not the number, that was not saved. */
function isAboutNote(state: CellState): boolean {
  const refused = state.kind === 'refused' || state.kind === 'conflict';
  return refused && noteOf(state.change) !== undefined;
}
