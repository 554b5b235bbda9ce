/**
 * Saves the wanted content of each period of a sheet, and shows the result in its cell. Each cell has
 * one request at a time.
 */
import type { KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { isPassing, isWithoutSession } from '#shared/errors/refusal';
import { unitNow } from '#shared/errors/unit-now';
import { randomId } from '#shared/ids/random-id';
import type { Written } from '#shared/numbers/written';
import type { Month } from '#shared/periods/months';
import { Shown } from '#shared/screens/shown';
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
import { hearValue, valueHeardSince } from './heard-values';
import { Pending, type Unanswered, type Wanted } from './pending';
import type { TakenUp } from './taken-up';
import type { UndoHistory } from './undo-history';
import { theirsInTheWay, type ValueRequests } from './value-requests';

const TRY_AGAIN_MS = 2_000;

interface Parts {
  userId: string;
  month: Month;
  requests: ValueRequests;
  cells: Cells;
  takenUp: TakenUp;
  history: UndoHistory;
  /** The KPI's unit differs from the unit that was sent. */
  onUnitChanged: (kpiId: string, unit: Unit) => void;
}

export class Sending {
  readonly #userId: string;
  readonly #month: Month;
  readonly #requests: ValueRequests;
  readonly #cells: Cells;
  readonly #takenUp: TakenUp;
  readonly #history: UndoHistory;
  readonly #onUnitChanged: Parts['onUnitChanged'];
  readonly #pending = new Pending();
  /** The values that this sheet itself saved last. */
  readonly #mine = new Map<string, KpiValue | undefined>();
  /** For each KPI, the unit in which this sheet saved its number, or else the unit that was shown first. */
  readonly #units = new Map<string, Unit>();
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor({ userId, month, requests, cells, takenUp, history, onUnitChanged }: Parts) {
    this.#userId = userId;
    this.#month = month;
    this.#requests = requests;
    this.#cells = cells;
    this.#takenUp = takenUp;
    this.#history = history;
    this.#onUnitChanged = onUnitChanged;
  }

  /** The change of a cell that has no response yet. */
  unanswered(kpiId: string): Unanswered | undefined {
    return this.#pending.of(kpiId);
  }

  /** Continues with a request that was sent before the page was loaded. */
  takeUp(kpiId: string, attempt: Attempt, written: Written | undefined, next: Wanted | undefined): void {
    this.#pending.add(kpiId, { attempt, written, next, lost: true, isRepeated: true, since: 0 });
  }

  /** The content that the period will have after all responses. */
  meant(kpiId: string): Content {
    return this.#pending.meant(kpiId, this.shown(kpiId));
  }

  /** The server's content, in the unit in which the person saw it. */
  shown(kpiId: string): Content {
    return this.#asShown(kpiId, this.#cells.of(kpiId).value);
  }

  /** A KPI without a row shows nothing. */
  #asShown(kpiId: string, value: KpiValue | undefined): Content {
    const unit = this.#units.get(kpiId);
    return unit === undefined ? BLANK : contentOf(value, unit);
  }

  /** Remembers the unit in which a KPI is shown. The first one counts until this sheet saves the number. */
  showIn(kpiId: string, unit: Unit): void {
    if (!this.#units.has(kpiId)) this.#units.set(kpiId, unit);
  }

  /** The value that this sheet itself saved last. Another person may have changed it since. */
  lastSaved(kpiId: string): KpiValue | undefined {
    return this.#mine.has(kpiId) ? this.#mine.get(kpiId) : this.#cells.of(kpiId).value;
  }

  /**
   * The value that a response has reported after a moment (`performance.now()`), to this sheet or an
   * earlier one; absent if there was none.
   */
  heardSince(kpiId: string, moment: number): ReturnType<typeof valueHeardSince> {
    return valueHeardSince(this.#userId, this.#month, kpiId, moment);
  }

  #hear(kpiId: string, value: KpiValue | undefined): void {
    hearValue(this.#userId, this.#month, kpiId, value);
  }

  /**
   * Shows the content in progress, or else the saved content. A note stays, unless the refusal was about
   * the note.
   */
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
   * Saves content; `written` is the text in the cell meanwhile. If a request is in progress, the
   * content waits for its response. The server refuses the change if the value is no longer `known`.
   */
  bring(kpiId: string, wanted: Wanted, known: KpiValue | undefined, written: Written | undefined): void {
    if (this.#pending.follow(kpiId, wanted, written, this.shown(kpiId))) this.restore(kpiId);
    else this.#approach(kpiId, wanted, known, written, true);
  }

  /** Sends the shown note again, so that the server checks whether it is still current. */
  sayNoteAgain(kpiId: string): void {
    const { written, value } = this.#cells.of(kpiId);
    const change = noteSaidAgain(this.shown(kpiId), value);
    if (change !== undefined) this.#call(kpiId, { requestId: randomId(), change }, written, undefined, true);
  }

  /** The cell has no row any more: its request is not retried, and a response only updates the draft. */
  letGo(kpiId: string): void {
    this.#pending.drop(kpiId);
  }

  /** Retries all requests without a response, with the same ids. */
  resume = (): void => {
    this.stop();
    // Without a session, the next sign-in calls this function again.
    if (!this.#maySend() || currentSession().state !== 'signed-in') return;
    for (const [kpiId, attempt] of this.#pending.retry(performance.now())) {
      if (this.#cells.of(kpiId).state.kind === 'waiting') this.restore(kpiId);
      void this.#send(kpiId, attempt);
    }
  };

  /** Stops the automatic retry. */
  stop(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #maySend(): boolean {
    return this.#cells.isOpen && belongsTo(this.#userId);
  }

  /** Whether a cell on the screen waits for the response to a request. */
  #isAwaited(kpiId: string, { requestId }: Attempt): boolean {
    return this.#cells.isOpen && this.#pending.of(kpiId)?.attempt.requestId === requestId;
  }

  /**
   * Sends the next change towards the content. `shown` is false while the person types something else
   * there.
   */
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
    const isRepeated = this.#takenUp.hasRepeated(attempt.requestId);
    this.#pending.add(kpiId, { attempt, written, next, lost: false, isRepeated, since });
    const saving = { kind: 'saving', attempt, since } as const;
    const { unit } = this.meant(kpiId);
    const cell = this.#cells.of(kpiId);
    // Under a text that is being typed, only the draft changes: it names the request.
    this.#cells.set(kpiId, shown ? { ...cell, written, unit, state: saving } : cell);
    void this.#send(kpiId, attempt);
  }

  async #send(kpiId: string, attempt: Attempt): Promise<void> {
    if (!this.#maySend()) return this.#pending.lose(kpiId, attempt);
    try {
      const { isRepeated = false } = this.#pending.of(kpiId) ?? {};
      const value = await this.#requests.save(kpiId, attempt, isRepeated);
      if (!this.#isAwaited(kpiId, attempt)) {
        this.#hear(kpiId, value);
        return forgetAttempt(this.#userId, this.#month, kpiId, attempt.requestId, value);
      }
      const unit = seenUnitOf(attempt.change);
      if (unit !== undefined) this.#units.set(kpiId, unit);
      // The etag stays if the number was only sent again. An undo must not rely on a value that this
      // sheet did not save.
      if (value?.etag !== attempt.change.etag) this.#mine.set(kpiId, value);
      this.#arrived(kpiId, attempt, value, 'saved');
    } catch (error) {
      await this.#refused(kpiId, attempt, error);
    }
  }

  /** The server has the wanted content, from this sheet or from another person. */
  #arrived(kpiId: string, attempt: Attempt, value: KpiValue | undefined, kind: 'saved' | 'idle'): void {
    const { note } = this.#cells.of(kpiId);
    const unsaved = note?.trim() === noteOf(attempt.change) ? undefined : note;
    this.#settle(kpiId, attempt, { ...UNTOUCHED, note: unsaved, state: { kind }, value });
  }

  async #refused(kpiId: string, attempt: Attempt, error: unknown): Promise<void> {
    // The draft keeps the attempt, so that it is sent again if the cell comes back.
    if (!this.#isAwaited(kpiId, attempt)) return;
    const cell = this.#cells.of(kpiId);
    const { change } = attempt;
    if (canSucceedLater(error)) return this.#wait(kpiId, attempt);
    const question = unitQuestionOf(change, unitNow(error));
    if (question !== undefined) {
      this.#onUnitChanged(kpiId, question.to);
      this.#history.refuse(kpiId, attempt.requestId);
      const state = { kind: 'asking', question, shown: new Shown() } as const;
      this.#settle(kpiId, attempt, { ...cell, unit: question.from, state });
      return;
    }
    const readTheirs = theirsInTheWay(this.#requests, kpiId, change, error);
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
      const state = { kind: 'conflict', change, theirs: value, shown: new Shown() } as const;
      this.#settle(kpiId, attempt, { ...cell, value, state });
    } catch (unread) {
      // The next attempt is refused like this one, and then theirs can be read.
      if (canSucceedLater(unread)) return this.#wait(kpiId, attempt);
      this.#settle(kpiId, attempt, { ...cell, state: { kind: 'refused', change, error: unread } });
    }
  }

  #wait(kpiId: string, attempt: Attempt): void {
    this.#settle(kpiId, attempt, { ...this.#cells.of(kpiId), state: { kind: 'waiting', attempt } });
    this.#retry ??= setTimeout(this.resume, TRY_AGAIN_MS);
  }

  /** A response changes the cell only as far as its attempt still counts: the person may have typed on. */
  #settle(kpiId: string, attempt: Attempt, cell: Cell): void {
    // The row or the sheet may have gone while the conflicting value was read.
    if (!this.#isAwaited(kpiId, attempt)) return;
    const now = this.#cells.of(kpiId);
    const arrived = isSettled(cell);
    if (arrived || cell.state.kind === 'conflict') this.#takenUp.forgetEarlier(kpiId);
    const current = now.state.kind === 'saving' && now.state.attempt.requestId === attempt.requestId;
    if (arrived || (current && cell.state.kind === 'conflict')) this.#hear(kpiId, cell.value);
    if (current) this.#cells.set(kpiId, cell);
    else if (arrived) this.#cells.set(kpiId, { ...now, note: cell.note, value: cell.value });
    if (cell.state.kind === 'waiting') {
      this.#pending.lose(kpiId, attempt);
      return;
    }
    const { next, written } = this.#pending.answered(kpiId, attempt) ?? {};
    // Writes the draft again: its attempt now has a response.
    this.#cells.set(kpiId, this.#cells.of(kpiId));
    if (next !== undefined && (arrived || !next.isRest)) {
      // Even if both agree, the queued content was not meant for the value of another person.
      const known = cell.state.kind === 'saved' || next.isRest ? cell.value : now.value;
      this.#approach(kpiId, next, known, written, current);
    } else if (current && !arrived) this.#history.leaveOpen(kpiId);
  }
}

/** Whether the same call may succeed in a moment or after the next sign-in. */
function canSucceedLater(error: unknown): boolean {
  return isPassing(error) || isWithoutSession(error);
}
