/**
 * Brings the periods of a sheet to what they are to hold, by one call at a time for
 * each cell, and shows in the cell what became of it.
 */
import type { KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { isPassing, isWithoutSession } from '#shared/errors/refusal';
import { unitNow } from '#shared/errors/unit-now';
import { randomId } from '#shared/ids/random-id';
import type { Written } from '#shared/numbers/written';
import type { Month } from '#shared/periods/months';
import { belongsTo, currentSession } from '#shared/session/session';
import type { Attempt } from '#shared/values/value-change';
import {
  type Cell,
  type CellState,
  isAboutNote,
  isSettled,
  noteOf,
  seenUnitOf,
  UNTOUCHED,
  unitQuestionOf,
} from './cell';
import type { Cells } from './cells';
import {
  agrees,
  BLANK,
  type Content,
  changeInto,
  contentAfter,
  contentOf,
  heldIn,
  isSameContent,
  noteSaidAgain,
  saidAgain,
} from './content';
import { forgetAttempt } from './drafts';
import { type Ledger, theirsInTheWay } from './ledger';
import { Pending, type Unanswered, type Wanted } from './pending';
import type { TakenUp } from './taken-up';
import type { UndoHistory } from './undo-history';

const TRY_AGAIN_MS = 2_000;

interface Parts {
  userId: string;
  month: Month;
  ledger: Ledger;
  cells: Cells;
  takenUp: TakenUp;
  history: UndoHistory;
  /** A KPI has another unit than the one that was sent. */
  onUnitChanged: (kpiId: string, unit: Unit) => void;
}

export class Sending {
  readonly #userId: string;
  readonly #month: Month;
  readonly #ledger: Ledger;
  readonly #cells: Cells;
  readonly #takenUp: TakenUp;
  readonly #history: UndoHistory;
  readonly #onUnitChanged: Parts['onUnitChanged'];
  readonly #pending = new Pending();
  /** The values as this sheet itself has saved them last. */
  readonly #mine = new Map<string, KpiValue | undefined>();
  /** Of each KPI, the unit in which its number was saved here, else the one that was shown first. */
  readonly #units = new Map<string, Unit>();
  /** When the server last said what a cell holds, in the page's milliseconds. */
  readonly #heardAt = new Map<string, number>();
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor({ userId, month, ledger, cells, takenUp, history, onUnitChanged }: Parts) {
    this.#userId = userId;
    this.#month = month;
    this.#ledger = ledger;
    this.#cells = cells;
    this.#takenUp = takenUp;
    this.#history = history;
    this.#onUnitChanged = onUnitChanged;
  }

  /** The change of a cell that has no answer yet. */
  unanswered(kpiId: string): Unanswered | undefined {
    return this.#pending.of(kpiId);
  }

  /** Goes on with a call that an earlier page has made. */
  takeUp(kpiId: string, attempt: Attempt, written: Written | undefined, next: Wanted | undefined): void {
    this.#pending.add(kpiId, { attempt, written, next, lost: true, since: 0 });
  }

  /** What the period will hold once everything under way has its answer. */
  meant(kpiId: string): Content {
    return this.#pending.meant(kpiId, this.shown(kpiId));
  }

  /** What the server has, in the unit in which the person saw it. */
  shown(kpiId: string): Content {
    return this.#asShown(kpiId, this.#cells.of(kpiId).value);
  }

  /** Nothing is shown of a KPI without a row. */
  #asShown(kpiId: string, value: KpiValue | undefined): Content {
    const unit = this.#units.get(kpiId);
    return unit === undefined ? BLANK : contentOf(value, unit);
  }

  /** A KPI is shown in a unit; the first one counts until its number is saved here. */
  showIn(kpiId: string, unit: Unit): void {
    if (!this.#units.has(kpiId)) this.#units.set(kpiId, unit);
  }

  /** The value as this sheet itself has saved it last, though somebody may have changed it since. */
  lastSaved(kpiId: string): KpiValue | undefined {
    return this.#mine.has(kpiId) ? this.#mine.get(kpiId) : this.#cells.of(kpiId).value;
  }

  /** Whether an answer said what the cell holds after a moment, in the page's milliseconds. */
  hasHeardSince(kpiId: string, moment: number): boolean {
    return (this.#heardAt.get(kpiId) ?? -Infinity) > moment;
  }

  /** Shows what is being sent or is saved beneath; a note stays unless it is what was in question. */
  restore(kpiId: string): void {
    const { note, state, value } = this.#cells.of(kpiId);
    const kept = isAboutNote(state) ? undefined : note;
    const unanswered = this.#pending.of(kpiId);
    if (unanswered === undefined) {
      this.#cells.set(kpiId, { ...this.#takenUp.cellBeneath(kpiId, value), note: kept });
      return;
    }
    const { attempt, written, lost, since } = unanswered;
    const sent: CellState = lost ? { kind: 'waiting', attempt } : { kind: 'saving', attempt, since };
    const valueNow = this.#takenUp.valueNow(kpiId, value);
    const { unit } = this.meant(kpiId);
    this.#cells.set(kpiId, { ...UNTOUCHED, written, unit, note: kept, state: sent, value: valueNow });
    if (lost) this.#retry ??= setTimeout(this.resume, TRY_AGAIN_MS);
  }

  /**
   * Brings a period to a content, with what is written in the cell meanwhile. What comes while a
   * call is under way waits for its answer. It is refused where the value is not as `known`
   * any more.
   */
  bring(kpiId: string, wanted: Wanted, known: KpiValue | undefined, written: Written | undefined): void {
    if (this.#pending.follow(kpiId, wanted, written, this.shown(kpiId))) this.restore(kpiId);
    else this.#approach(kpiId, wanted, known, written, true);
  }

  /** Asks the server whether the note that is shown still stands there. */
  sayNoteAgain(kpiId: string): void {
    const { written, value } = this.#cells.of(kpiId);
    const change = noteSaidAgain(this.shown(kpiId), value);
    if (change !== undefined) this.#call(kpiId, { requestId: randomId(), change }, written, undefined, true);
  }

  /** The cell has no row any more: its call is not made again, and its answer is for the draft. */
  letGo(kpiId: string): void {
    this.#pending.drop(kpiId);
  }

  /** Sends again what has no answer yet, with the ids it had. */
  resume = (): void => {
    this.stop();
    // Without a session, the next sign-in asks for it again.
    if (!this.#maySend() || currentSession().state !== 'signed-in') return;
    for (const [kpiId, attempt] of this.#pending.retry(performance.now())) {
      if (this.#cells.of(kpiId).state.kind === 'waiting') this.restore(kpiId);
      void this.#send(kpiId, attempt);
    }
  };

  /** What has no answer yet is not sent again by itself. */
  stop(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #maySend(): boolean {
    return this.#cells.isOpen && belongsTo(this.#userId);
  }

  /** Whether a cell on the screen waits for the answer to a call. */
  #isAwaited(kpiId: string, { requestId }: Attempt): boolean {
    return this.#cells.isOpen && this.#pending.of(kpiId)?.attempt.requestId === requestId;
  }

  /** The next call on the way; not shown while something else is being typed there. */
  #approach(
    kpiId: string,
    { content, requestId }: Wanted,
    known: KpiValue | undefined,
    written: Written | undefined,
    shown: boolean,
  ): void {
    const change = changeInto(content, known) ?? saidAgain(content, known);
    if (change === undefined) {
      if (shown) this.restore(kpiId);
      return;
    }
    const arrives = isSameContent(contentAfter(change, heldIn(known)), content);
    const next = arrives ? undefined : ({ content, requestId: randomId(), isRest: true } as const);
    this.#call(kpiId, { requestId, change }, written, next, shown);
  }

  #call(
    kpiId: string,
    attempt: Attempt,
    written: Written | undefined,
    next: Wanted | undefined,
    shown: boolean,
  ): void {
    const since = performance.now();
    this.#pending.add(kpiId, { attempt, written, next, lost: false, since });
    const saving = { kind: 'saving', attempt, since } as const;
    const { unit } = this.meant(kpiId);
    if (shown) this.#cells.set(kpiId, { ...this.#cells.of(kpiId), written, unit, state: saving });
    void this.#send(kpiId, attempt);
  }

  async #send(kpiId: string, attempt: Attempt): Promise<void> {
    if (!this.#maySend()) return this.#pending.lose(kpiId, attempt);
    try {
      const value = await this.#ledger.save(kpiId, attempt);
      if (!this.#isAwaited(kpiId, attempt))
        return forgetAttempt(this.#userId, this.#month, kpiId, attempt.requestId, value);
      const unit = seenUnitOf(attempt.change);
      if (unit !== undefined) this.#units.set(kpiId, unit);
      // What was only said again is not this sheet's to be taken back.
      if (value?.etag !== attempt.change.etag) this.#mine.set(kpiId, value);
      this.#arrived(kpiId, attempt, value, 'saved');
    } catch (error) {
      await this.#refused(kpiId, attempt, error);
    }
  }

  /** The server has what was to be brought there, from here or from another person. */
  #arrived(kpiId: string, attempt: Attempt, value: KpiValue | undefined, kind: 'saved' | 'idle'): void {
    const { note } = this.#cells.of(kpiId);
    const unsaved = note?.trim() === noteOf(attempt.change) ? undefined : note;
    this.#settle(kpiId, attempt, { ...UNTOUCHED, note: unsaved, state: { kind }, value });
  }

  async #refused(kpiId: string, attempt: Attempt, error: unknown): Promise<void> {
    // Its draft keeps it, to be sent again where the cell comes back.
    if (!this.#isAwaited(kpiId, attempt)) return;
    const cell = this.#cells.of(kpiId);
    const { change } = attempt;
    if (isPassing(error) || isWithoutSession(error)) {
      this.#settle(kpiId, attempt, { ...cell, state: { kind: 'waiting', attempt } });
      this.#retry ??= setTimeout(this.resume, TRY_AGAIN_MS);
      return;
    }
    const question = unitQuestionOf(change, unitNow(error));
    if (question !== undefined) {
      this.#onUnitChanged(kpiId, question.to);
      this.#history.refuse(kpiId, attempt.requestId);
      const state = { kind: 'asking', question, since: performance.now() } as const;
      this.#settle(kpiId, attempt, { ...cell, unit: question.from, state });
      return;
    }
    const readTheirs = theirsInTheWay(this.#ledger, kpiId, change, error);
    if (readTheirs === undefined) {
      this.#history.refuse(kpiId, attempt.requestId);
      this.#settle(kpiId, attempt, { ...cell, state: { kind: 'refused', change, error } });
      return;
    }
    this.#history.forget(kpiId);
    try {
      const value = await readTheirs();
      if (agrees(change, this.#asShown(kpiId, value))) {
        this.#arrived(kpiId, attempt, value, 'idle');
        return;
      }
      const state = { kind: 'conflict', change, theirs: value, since: performance.now() } as const;
      this.#settle(kpiId, attempt, { ...cell, value, state });
    } catch (unread) {
      this.#settle(kpiId, attempt, { ...cell, state: { kind: 'refused', change, error: unread } });
    }
  }

  /** An answer counts only while its attempt does: somebody may have typed on. */
  #settle(kpiId: string, attempt: Attempt, cell: Cell): void {
    // The row may have gone, or the sheet, while the server was asked what stands in the way.
    if (!this.#isAwaited(kpiId, attempt)) return;
    const now = this.#cells.of(kpiId);
    const arrived = isSettled(cell);
    if (arrived || cell.state.kind === 'conflict') this.#takenUp.forgetEarlier(kpiId);
    const current = now.state.kind === 'saving' && now.state.attempt.requestId === attempt.requestId;
    if (arrived || (current && cell.state.kind === 'conflict')) this.#heardAt.set(kpiId, performance.now());
    if (current) this.#cells.set(kpiId, cell);
    else if (arrived) this.#cells.set(kpiId, { ...now, note: cell.note, value: cell.value });
    if (cell.state.kind === 'waiting') {
      this.#pending.lose(kpiId, attempt);
      return;
    }
    const { next, written } = this.#pending.answered(kpiId, attempt) ?? {};
    // Its draft has no call any more that waits for an answer.
    if (!arrived) this.#cells.set(kpiId, this.#cells.of(kpiId));
    if (next !== undefined && (arrived || !next.isRest)) {
      // Even where both agreed, what comes next was not meant for what another person has entered.
      const known = cell.state.kind === 'saved' || next.isRest ? cell.value : now.value;
      this.#approach(kpiId, next, known, written, current);
    } else if (current && !arrived) this.#history.leaveOpen(kpiId);
  }
}
