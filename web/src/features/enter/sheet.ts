/**
 * The month on the screen: a cell for each row, what was typed into it, and what
 * became of it. Lives outside of React, so that a key press touches one cell.
 */
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { isPassing, isWithoutSession } from '#shared/errors/refusal';
import { randomId } from '#shared/ids/random-id';
import type { NumberFormat } from '#shared/numbers/formats';
import type { Month } from '#shared/periods/months';
import { READ_MS } from '#shared/screens/read-ms';
import { belongsTo, currentSession } from '#shared/session/session';
import {
  type Attempt,
  type Cell,
  type CellState,
  canSaveNote,
  type Decision,
  decide,
  isAboutNote,
  isAtRest,
  isUnsaved,
  noteOf,
  UNTOUCHED,
} from './cell';
import {
  BLANK,
  type Content,
  changeInto,
  contentAfter,
  contentOf,
  insistedOn,
  isSameContent,
  withNote,
  withNumber,
} from './content';
import { draftOf } from './draft-of';
import { type Drafts, forgetAttempt, keepDrafts, keptDrafts } from './drafts';
import { type Ledger, theirsInTheWay } from './ledger';
import { Pending, type Wanted } from './pending';
import { type Row, surroundingsOf } from './rows';
import { TakenUp } from './taken-up';
import { type Step, UndoHistory } from './undo-history';

const TRY_AGAIN_MS = 2_000;
export class Sheet {
  readonly #userId: string;
  readonly #month: Month;
  readonly #ledger: Ledger;
  readonly #cells = new Map<string, Cell>();
  readonly #watchers = new Set<() => void>();
  readonly #pending = new Pending();
  /** The values as this sheet itself has saved them last. */
  readonly #mine = new Map<string, KpiValue | undefined>();
  /** When they were saved, in the page's milliseconds. */
  readonly #savedAt = new Map<string, number>();
  readonly history = new UndoHistory();
  readonly #takenUp = new TakenUp();
  /** Only while it is on its owner's screen does anything leave the sheet or change it. */
  #open = false;
  #leftOpen: readonly string[] = [];
  #rows: readonly Row[];
  #version = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(userId: string, month: Month, rows: readonly Row[], ledger: Ledger) {
    this.#userId = userId;
    this.#month = month;
    this.#rows = rows;
    this.#ledger = ledger;
    for (const row of rows) this.#takeIn(row);
  }

  /** Begins the cell of a row, from its draft where there is one. */
  #takeIn({ kpi, value }: Row): void {
    const draft = keptDrafts(this.#userId, this.#month)[kpi.id];
    this.#cells.set(kpi.id, draft ? this.#takenUp.cellOf(kpi.id, draft, value) : { ...UNTOUCHED, value });
    if (draft?.attempt === undefined) return;
    const { attempt, next, beneath } = draft;
    const { text } = beneath ?? draft;
    this.#pending.add(kpi.id, { attempt, text, next, lost: true, since: 0 });
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  cell(kpiId: string): Cell {
    return this.#cells.get(kpiId) ?? UNTOUCHED;
  }

  /** Changes with every cell. */
  get version(): number {
    return this.#version;
  }

  /** Cells that were left in question or refused since the last step, oldest first. */
  get leftOpen(): readonly string[] {
    return this.#leftOpen;
  }

  /** Takes in what the server had when it was asked; what is being worked on or was saved since stays. */
  update(rows: readonly Row[], askedAt: number): void {
    this.#rows = rows;
    for (const row of rows) {
      const { kpi, value } = row;
      if (!this.#cells.has(kpi.id)) {
        this.#takeIn(row);
        this.#set(kpi.id, this.cell(kpi.id));
        this.resume();
      }
      const cell = this.cell(kpi.id);
      if (!isAtRest(cell) || (this.#savedAt.get(kpi.id) ?? -Infinity) > askedAt) continue;
      if (value?.etag !== cell.value?.etag) this.#set(kpi.id, { ...cell, value });
    }
  }

  type(kpiId: string, text: string, pasted = false): void {
    this.#set(kpiId, { ...this.cell(kpiId), text, pasted, state: { kind: 'typing' } });
  }

  /** Back to what was typed, is being sent or is saved beneath; a note stays unless it is what was in question. */
  restore(kpiId: string): void {
    const { note, state, value } = this.cell(kpiId);
    const kept = isAboutNote(state) ? undefined : note;
    const unanswered = this.#pending.of(kpiId);
    if (unanswered === undefined) {
      this.#set(kpiId, { ...this.#takenUp.cellBeneath(kpiId, value), note: kept });
      return;
    }
    const { attempt, text, lost, since } = unanswered;
    const sent: CellState = lost ? { kind: 'waiting', attempt } : { kind: 'saving', attempt, since };
    const valueNow = this.#takenUp.valueNow(kpiId, value);
    this.#set(kpiId, { ...UNTOUCHED, text, note: kept, state: sent, value: valueNow });
    if (lost) this.#retry ??= setTimeout(this.resume, TRY_AGAIN_MS);
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
    if (!canSaveNote(cell)) return;
    if (note === (cell.value?.comment ?? '')) this.closeNote(kpiId);
    else this.#begin(kpiId, withNote(contentOf(cell.value), note));
  }

  takeBack(kpiId: string): void {
    if (this.cell(kpiId).value !== undefined) this.#begin(kpiId, BLANK);
  }

  /** Whoever types is done with the cell. Answers whether nothing is left to ask. */
  commit(kpiId: string, format: NumberFormat): boolean {
    const cell = this.cell(kpiId);
    if (cell.state.kind !== 'typing') return cell.state.kind !== 'asking' && cell.state.kind !== 'conflict';
    const decision = this.#decide(kpiId, cell, format);
    if (decision.kind === 'ask') {
      this.#leftOpen = [...this.#leftOpen, kpiId];
      this.#set(kpiId, {
        ...cell,
        state: { kind: 'asking', question: decision.question, since: performance.now() },
      });
      return false;
    }
    if (decision.kind === 'enter') this.choose(kpiId, decision.value);
    else this.#keepServers(kpiId);
    return true;
  }

  /** What would become of a text in a cell. */
  judge(kpiId: string, text: string, pasted: boolean, format: NumberFormat): Decision {
    return this.#decide(kpiId, { ...this.cell(kpiId), text, pasted }, format);
  }

  /** Yes by a key, which counts once the question can have been read since the keyboard came to the cell. */
  confirmByKey(kpiId: string, since: number): void {
    const { state } = this.cell(kpiId);
    if (state.kind !== 'asking') return;
    if (performance.now() - Math.max(state.since, since) >= READ_MS) this.confirm(kpiId);
  }

  /** Yes to the question that the cell asks. */
  confirm(kpiId: string): void {
    const { state } = this.cell(kpiId);
    if (state.kind !== 'asking') return;
    if (state.question.kind === 'slip') this.choose(kpiId, state.question.value);
    if (state.question.kind === 'retract') this.takeBack(kpiId);
  }

  /** Which number the text in a cell is. */
  choose(kpiId: string, value: number): void {
    this.#begin(kpiId, withNumber(this.meant(kpiId), value));
  }

  /** Puts mine in place of what somebody else entered meanwhile. */
  insist(kpiId: string): void {
    const { state } = this.cell(kpiId);
    if (state.kind !== 'conflict') return;
    this.#begin(kpiId, insistedOn(state.change, contentOf(state.theirs)));
  }

  open(): void {
    this.#open = true;
    this.resume();
  }

  /** A closed sheet sends nothing and takes no answer; its drafts stay for its owner. */
  close(): void {
    this.#open = false;
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #maySend(): boolean {
    return this.#open && belongsTo(this.#userId);
  }

  /** Sends again what has no answer yet, with the ids it had. */
  resume = (): void => {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    // Without a session, the next sign-in asks for it again.
    if (!this.#maySend() || currentSession().state !== 'signed-in') return;
    for (const [kpiId, attempt] of this.#pending.retry(performance.now())) {
      if (this.cell(kpiId).state.kind === 'waiting') this.restore(kpiId);
      void this.#send(kpiId, attempt);
    }
  };

  /** A step of its own, with what stands in the cell. */
  #begin(kpiId: string, content: Content): void {
    const { text, value } = this.cell(kpiId);
    const change = changeInto(content, value);
    const earlier = change && this.#takenUp.requestIdOf(kpiId, change);
    const wanted = { content, requestId: earlier ?? randomId() };
    this.record([{ kpiId, before: this.meant(kpiId), after: content, requestId: wanted.requestId }]);
    this.bring(kpiId, wanted, value, text);
  }

  /** What was typed is what the server has; another number that is under way is taken back. */
  #keepServers(kpiId: string): void {
    const { value } = this.cell(kpiId);
    const meant = this.meant(kpiId);
    this.#takenUp.forgetEarlier(kpiId);
    if (meant.number === value?.value) this.restore(kpiId);
    else if (value?.value === undefined) this.#begin(kpiId, contentOf(value));
    else this.choose(kpiId, value.value);
  }

  /** Remembers what is being done, to be taken back. */
  record(step: Step): void {
    this.#leftOpen = [];
    this.history.record(step);
  }

  /** What the period will hold once everything under way has its answer. */
  meant(kpiId: string): Content {
    return this.#pending.meant(kpiId, this.cell(kpiId).value);
  }

  /** The value as this sheet itself has saved it last, though somebody may have changed it since. */
  lastSaved(kpiId: string): KpiValue | undefined {
    return this.#mine.has(kpiId) ? this.#mine.get(kpiId) : this.cell(kpiId).value;
  }

  /**
   * Brings a period to a content, with the text in the cell meanwhile. One call at a
   * time for each cell: what comes while one is under way waits for its answer. It
   * is refused where the value is not as `known` any more.
   */
  bring(kpiId: string, wanted: Wanted, known: KpiValue | undefined, text: string | undefined): void {
    if (this.#pending.follow(kpiId, wanted, text, this.cell(kpiId).value)) this.restore(kpiId);
    else this.#approach(kpiId, wanted, known, text, true);
  }

  /** The next call on the way; not shown while something else is being typed there. */
  #approach(
    kpiId: string,
    { content, requestId }: Wanted,
    known: KpiValue | undefined,
    text: string | undefined,
    shown: boolean,
  ): void {
    const change = changeInto(content, known);
    if (change === undefined) {
      if (shown) this.restore(kpiId);
      return;
    }
    const arrives = isSameContent(contentAfter(change, contentOf(known)), content);
    const next = arrives ? undefined : ({ content, requestId: randomId(), isRest: true } as const);
    const attempt = { requestId, change };
    const since = performance.now();
    this.#pending.add(kpiId, { attempt, text, next, lost: false, since });
    const saving = { kind: 'saving', attempt, since } as const;
    if (shown) this.#set(kpiId, { ...this.cell(kpiId), text, pasted: false, state: saving });
    void this.#send(kpiId, attempt);
  }

  async #send(kpiId: string, attempt: Attempt): Promise<void> {
    if (!this.#maySend()) return this.#pending.lose(kpiId, attempt);
    try {
      const value = await this.#ledger.save(kpiId, attempt);
      if (!this.#open) return forgetAttempt(this.#userId, this.#month, kpiId, attempt.requestId, value);
      const { note } = this.cell(kpiId);
      const unsaved = note?.trim() === noteOf(attempt.change) ? undefined : note;
      this.#mine.set(kpiId, value);
      this.#savedAt.set(kpiId, performance.now());
      this.#settle(kpiId, attempt, { ...UNTOUCHED, note: unsaved, state: { kind: 'saved' }, value });
    } catch (error) {
      await this.#refused(kpiId, attempt, error);
    }
  }

  async #refused(kpiId: string, attempt: Attempt, error: unknown): Promise<void> {
    if (!this.#open) return;
    const cell = this.cell(kpiId);
    const { change } = attempt;
    if (isPassing(error) || isWithoutSession(error)) {
      this.#settle(kpiId, attempt, { ...cell, state: { kind: 'waiting', attempt } });
      this.#retry ??= setTimeout(this.resume, TRY_AGAIN_MS);
      return;
    }
    const readTheirs = theirsInTheWay(this.#ledger, kpiId, change, error);
    if (readTheirs === undefined) {
      this.history.refuse(kpiId, attempt.requestId);
      this.#settle(kpiId, attempt, { ...cell, state: { kind: 'refused', change, error } });
      return;
    }
    this.history.forget(kpiId);
    try {
      const value = await readTheirs();
      const state = { kind: 'conflict', change, theirs: value } as const;
      this.#settle(kpiId, attempt, { ...cell, value, state });
    } catch (unread) {
      this.#settle(kpiId, attempt, { ...cell, state: { kind: 'refused', change, error: unread } });
    }
  }

  /** An answer counts only while its attempt does: somebody may have typed on. */
  #settle(kpiId: string, attempt: Attempt, cell: Cell): void {
    const now = this.cell(kpiId);
    if (['saved', 'conflict'].includes(cell.state.kind)) this.#takenUp.forgetEarlier(kpiId);
    const current = now.state.kind === 'saving' && now.state.attempt.requestId === attempt.requestId;
    if (current) this.#set(kpiId, cell);
    else if (cell.state.kind === 'saved') this.#set(kpiId, { ...now, note: cell.note, value: cell.value });
    if (cell.state.kind === 'waiting') {
      this.#pending.lose(kpiId, attempt);
      return;
    }
    const { next, text } = this.#pending.answered(kpiId, attempt) ?? {};
    const saved = cell.state.kind === 'saved';
    if (next !== undefined && (saved || !next.isRest))
      this.#approach(kpiId, next, saved ? cell.value : now.value, text, current);
    else if (current && !saved) this.#leftOpen = [...this.#leftOpen, kpiId];
  }

  #decide(kpiId: string, cell: Cell, format: NumberFormat): Decision {
    const row = this.#rows.find(({ kpi }) => kpi.id === kpiId);
    return row === undefined
      ? { kind: 'nothing' }
      : decide(cell, row, surroundingsOf(row, this.#rows), format);
  }

  #set(kpiId: string, cell: Cell): void {
    if (!this.#open) return;
    this.#cells.set(kpiId, cell);
    this.#version += 1;
    keepDrafts(this.#userId, this.#month, this.#drafts());
    for (const watcher of this.#watchers) watcher();
  }

  /** The draft of a KPI that has no row any more stays: it may get one again today. */
  #drafts(): Drafts {
    const drafts = { ...keptDrafts(this.#userId, this.#month) };
    const names = new Map(this.#rows.map(({ kpi }) => [kpi.id, kpi.name]));
    for (const [kpiId, cell] of this.#cells) {
      const name = names.get(kpiId) ?? drafts[kpiId]?.name;
      delete drafts[kpiId];
      if (name === undefined || !isUnsaved(cell)) continue;
      const unanswered = this.#pending.of(kpiId);
      drafts[kpiId] = draftOf(name, cell, { unanswered, ...this.#takenUp.earlierOf(kpiId) });
    }
    return drafts;
  }
}
