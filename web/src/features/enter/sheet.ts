/**
 * The month on the screen: a cell for each row, the actions of the person, and the drafts of unsaved
 * cells.
 */
import type { Kpi, KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { randomId } from '#shared/ids/random-id';
import type { NumberFormat } from '#shared/numbers/formats';
import { type Written, writtenOf, writtenOver } from '#shared/numbers/written';
import type { Month } from '#shared/periods/months';
import { couldBeRead } from '#shared/screens/read-ms';
import { Shown } from '#shared/screens/shown';
import {
  type Cell,
  type CellState,
  canSaveNote,
  type Decision,
  decide,
  decideOn,
  type Entered,
  isAboutNote,
  isAtRest,
  isKept,
  isSettled,
  isUnsaved,
  othersShown,
  type Question,
  UNTOUCHED,
  type UnitQuestion,
  unitQuestion,
} from './cell';
import { Cells } from './cells';
import {
  BLANK,
  type Content,
  changeInto,
  contentAfter,
  heldIn,
  insistedOn,
  isSameContent,
  withNote,
  withNumber,
} from './content';
import { draftOf } from './draft-of';
import { type Drafts, keepDrafts, keptDrafts } from './drafts';
import type { Wanted } from './pending';
import { RowOrder } from './row-order';
import { type Row, surroundingsOf } from './rows';
import { Sending } from './sending';
import { TakenUp } from './taken-up';
import { UndoHistory } from './undo-history';
import type { ValueRequests } from './value-requests';

export class Sheet {
  readonly #userId: string;
  readonly #month: Month;
  readonly #cells = new Cells(() => this.#keep());
  readonly #takenUp = new TakenUp();
  readonly #sending: Sending;
  readonly history = new UndoHistory();
  readonly order = new RowOrder();
  #rows: readonly Row[];
  /** When the rows were requested from the server (`performance.now()`). */
  #askedAt: number;

  constructor(userId: string, month: Month, rows: readonly Row[], askedAt: number, requests: ValueRequests) {
    this.#userId = userId;
    this.#month = month;
    this.#rows = rows;
    this.#askedAt = askedAt;
    const [cells, takenUp, history] = [this.#cells, this.#takenUp, this.history];
    const onUnitChanged = this.#learnUnit;
    this.#sending = new Sending({ userId, month, requests, cells, takenUp, history, onUnitChanged });
    for (const row of rows) this.#takeIn(row);
  }

  /** Creates the cell of a row, from its draft if there is one. */
  #takeIn({ kpi, value: read }: Row): void {
    // An earlier sheet of this month may have sent the request of a response that came since.
    const heard = this.#sending.heardSince(kpi.id, this.#askedAt);
    const value = heard === undefined ? read : heard.value;
    const draft = keptDrafts(this.#userId, this.#month)[kpi.id];
    this.#sending.showIn(kpi.id, kpi.unit);
    this.#cells.begin(kpi.id, draft ? this.#takenUp.cellOf(kpi.id, draft, value) : { ...UNTOUCHED, value });
    if (draft?.attempt === undefined) return;
    const { attempt, next, beneath } = draft;
    this.#sending.takeUp(kpi.id, attempt, writtenOf(beneath ?? draft), next);
  }

  /**
   * Removes a row. It can come back only from its draft. Its history goes, because an undo must be
   * visible.
   */
  #letGo(kpiId: string): void {
    this.#cells.remove(kpiId);
    this.#sending.letGo(kpiId);
    this.history.forget(kpiId);
  }

  /** Id of the person to whom the sheet belongs. */
  get userId(): string {
    return this.#userId;
  }

  /** Whether the sheet is on the screen. */
  get isOpen(): boolean {
    return this.#cells.isOpen;
  }

  get watch(): Cells['watch'] {
    return this.#cells.watch;
  }

  has(kpiId: string): boolean {
    return this.#cells.has(kpiId);
  }

  /** Whether the cell shows a number or a unit of another person that could not be read yet. */
  showsUnread(kpiId: string): boolean {
    const others = othersShown(this.cell(kpiId));
    return others !== undefined && !couldBeRead(others);
  }

  /** Whether the cell asks a question that could not be read yet. */
  asksUnread(kpiId: string): boolean {
    const { state } = this.cell(kpiId);
    return state.kind === 'asking' && !couldBeRead(state.shown);
  }

  cell(kpiId: string): Cell {
    return this.#cells.of(kpiId);
  }

  /** Changes with every cell. */
  get version(): number {
    return this.#cells.version;
  }

  /** Takes the rows as the server had them at `askedAt`. Unsaved input, and values saved since, stay. */
  update(rows: readonly Row[], askedAt: number): void {
    const before = new Map(this.#rows.map(({ kpi }) => [kpi.id, kpi]));
    this.order.change(this.#rows, rows);
    this.#rows = rows;
    this.#askedAt = askedAt;
    const present = new Set(rows.map(({ kpi }) => kpi.id));
    for (const [kpiId] of this.#cells.all()) if (!present.has(kpiId)) this.#letGo(kpiId);
    for (const row of rows) {
      const { id, unit, periodicity } = row.kpi;
      const isOther = unit !== before.get(id)?.unit || periodicity !== before.get(id)?.periodicity;
      if (this.#cells.has(id) && isOther) this.#cells.set(id, { ...this.cell(id), arrived: new Shown() });
      if (!this.#cells.has(id)) {
        this.#takeIn(row);
        this.#cells.set(id, this.cell(id));
        this.resume();
      }
      if (isAtRest(this.cell(id))) this.#showNewest(id);
    }
  }

  /** Takes the new unit before the rows are requested again. */
  #learnUnit = (kpiId: string, unit: Unit): void => {
    this.#rows = this.#rows.map((row) =>
      row.kpi.id === kpiId ? { ...row, kpi: { ...row.kpi, unit } } : row,
    );
  };

  /** Shows the value from the rows, unless a later response has reported the content of the cell. */
  #showNewest(kpiId: string): void {
    const row = this.#rowOf(kpiId);
    const cell = this.cell(kpiId);
    if (row === undefined || this.#sending.heardSince(kpiId, this.#askedAt) !== undefined) return;
    const { value } = row;
    if (value?.etag === cell.value?.etag) return;
    // A retracted value and a missing value are both blank.
    const isOther = !isSameContent(heldIn(value), heldIn(cell.value));
    const arrived = isOther && { arrived: new Shown() };
    this.#cells.set(kpiId, { ...cell, state: { kind: 'idle' }, value, ...arrived });
  }

  /** `format` is absent for a text that was not typed, such as a pasted one. */
  type(kpiId: string, text: string, format?: NumberFormat): void {
    const { written, unit, ...cell } = this.cell(kpiId);
    // What a deletion leaves is no new number. A new one keeps the old unit too, as long as the person
    // could not read the new unit.
    const goesOn =
      written !== undefined &&
      (text.length > 1 || written.text.includes(text) || (cell.arrived && !couldBeRead(cell.arrived)));
    this.history.forgetUndone();
    this.#cells.set(kpiId, {
      ...cell,
      unit: goesOn ? unit : this.#rowOf(kpiId)?.kpi.unit,
      written: writtenOver(written, text, format),
      state: { kind: 'typing' },
    });
  }

  /** Shows again the earlier text, the content in progress, or the saved value. */
  restore(kpiId: string): void {
    this.#sending.restore(kpiId);
    if (isSettled(this.cell(kpiId))) this.#showNewest(kpiId);
  }

  openNote(kpiId: string): void {
    const cell = this.cell(kpiId);
    this.#cells.set(kpiId, { ...cell, note: cell.note ?? cell.value?.comment ?? '' });
  }

  writeNote(kpiId: string, note: string): void {
    this.#cells.set(kpiId, { ...this.cell(kpiId), note });
  }

  /** Closes the note and keeps the server's note. */
  closeNote(kpiId: string): void {
    const cell = this.cell(kpiId);
    const state: CellState = isAboutNote(cell.state) ? { kind: 'idle' } : cell.state;
    this.#cells.set(kpiId, { ...cell, note: undefined, state });
    if (isAtRest(this.cell(kpiId))) this.#showNewest(kpiId);
  }

  saveNote(kpiId: string): void {
    const cell = this.cell(kpiId);
    if (!canSaveNote(cell)) return;
    const before = this.#sending.shown(kpiId);
    const after = withNote(before, cell.note?.trim() ?? '');
    if (isSameContent(before, after)) this.#sending.sayNoteAgain(kpiId);
    else this.#begin(kpiId, after);
  }

  takeBack(kpiId: string): void {
    if (this.cell(kpiId).value !== undefined) this.#begin(kpiId, BLANK);
  }

  /** The cell loses the focus without an act of the person: its text may be unfinished. */
  interrupt(kpiId: string): void {
    const cell = this.cell(kpiId);
    if (cell.state.kind !== 'typing' || isKept(cell)) return;
    this.#cells.set(kpiId, { ...cell, state: { kind: 'typing', kept: 'interrupted' } });
  }

  /** The person leaves the cell. A text that may be unfinished needs an Enter. */
  leave(kpiId: string, format: NumberFormat): void {
    if (!isKept(this.cell(kpiId))) this.commit(kpiId, format);
  }

  /** The person has finished the cell. Returns whether no question is left. */
  commit(kpiId: string, format: NumberFormat): boolean {
    const cell = this.cell(kpiId);
    if (cell.state.kind !== 'typing') return cell.state.kind !== 'asking' && cell.state.kind !== 'conflict';
    return this.#carryOut(kpiId, this.#decide(kpiId, cell, format));
  }

  #carryOut(kpiId: string, decision: Decision): boolean {
    if (decision.kind === 'ask') this.#ask(kpiId, decision.question);
    else if (decision.kind === 'enter') this.#enter(kpiId, decision);
    else this.#keepBlank(kpiId);
    return decision.kind !== 'ask';
  }

  /** The decision for a text in a cell, without carrying it out. */
  judge(kpiId: string, written: Written, format: NumberFormat): Decision {
    return this.#decide(kpiId, { ...this.cell(kpiId), written, unit: undefined }, format);
  }

  /** Present if the number was entered or shown here in another unit than the KPI has now. */
  unitChange({ id, unit: to }: Kpi): { from: Unit; to: Unit } | undefined {
    const { unit: from } = this.#sending.shown(id);
    return from === undefined || from === to ? undefined : { from, to };
  }

  #ask(kpiId: string, question: Question): void {
    this.history.leaveOpen(kpiId);
    const state = { kind: 'asking', question, shown: new Shown() } as const;
    this.#cells.set(kpiId, { ...this.cell(kpiId), state });
  }

  /** Answers yes to the question of the cell. */
  confirm(kpiId: string): void {
    const { state } = this.cell(kpiId);
    if (state.kind !== 'asking') return;
    if (state.question.kind === 'slip') this.#means(kpiId, state.question);
    if (state.question.kind === 'unit') this.#agreeToUnit(kpiId, state.question);
    if (state.question.kind === 'retract') this.takeBack(kpiId);
  }

  /** Chooses the number that an ambiguous text means. The cell asks about it as about any other number. */
  choose(kpiId: string, value: number): void {
    this.#consider(kpiId, { value });
  }

  /** The person means this number. The cell asks about its unit, if the unit has changed. */
  #means(kpiId: string, { value, comment }: Entered): void {
    const row = this.#rowOf(kpiId);
    const question = row && unitQuestion({ value, comment }, this.cell(kpiId), row);
    if (question === undefined) this.#enter(kpiId, { value, comment });
    else this.#ask(kpiId, question);
  }

  /** The person means the number in the new unit. The slip check runs again in that unit. */
  #agreeToUnit(kpiId: string, { to, value, comment }: UnitQuestion): void {
    this.#cells.set(kpiId, { ...this.cell(kpiId), unit: to });
    this.#consider(kpiId, { value, comment });
  }

  #consider(kpiId: string, entered: Entered): void {
    const row = this.#rowOf(kpiId);
    if (row === undefined) return;
    this.#carryOut(kpiId, decideOn(entered, this.cell(kpiId), row, surroundingsOf(row, this.#rows)));
  }

  #enter(kpiId: string, { value, comment }: Entered): void {
    const unit = this.cell(kpiId).unit ?? this.#rowOf(kpiId)?.kpi.unit;
    if (unit === undefined) return;
    const content = withNumber(this.meant(kpiId), value, unit);
    this.#begin(kpiId, { ...content, note: comment ?? content.note });
  }

  /** Replaces the content of the other person by the person's own change. */
  insist(kpiId: string): void {
    const { state } = this.cell(kpiId);
    if (state.kind !== 'conflict') return;
    this.#begin(kpiId, insistedOn(state.change, this.#sending.shown(kpiId)));
  }

  open(): void {
    this.#cells.open();
    this.resume();
  }

  /** A closed sheet sends nothing and takes no response. Its owner keeps the drafts. */
  close(): void {
    this.#cells.close();
    this.#sending.stop();
  }

  get resume(): () => void {
    return this.#sending.resume;
  }

  /** Saves content as an undo step of its own, with the text in the cell. */
  #begin(kpiId: string, content: Content): void {
    const { written, value } = this.cell(kpiId);
    const change = changeInto(content, value);
    const earlier = change && this.#takenUp.repeats(kpiId, change);
    const after = earlier === undefined ? content : contentAfter(earlier.change, this.#sending.shown(kpiId));
    const requestId = earlier?.requestId ?? randomId();
    this.history.record([{ kpiId, before: this.meant(kpiId), after, requestId }]);
    this.bring(kpiId, { content: after, requestId }, value, written);
  }

  /** A cell that was blank stays blank. A number that is in progress is retracted. */
  #keepBlank(kpiId: string): void {
    this.#takenUp.forgetEarlier(kpiId);
    if (this.meant(kpiId).number === undefined) this.restore(kpiId);
    else this.#begin(kpiId, this.#sending.shown(kpiId));
  }

  /** The content that the period will have after all responses. */
  meant(kpiId: string): Content {
    return this.#sending.meant(kpiId);
  }

  lastSaved(kpiId: string): KpiValue | undefined {
    return this.#sending.lastSaved(kpiId);
  }

  bring(kpiId: string, wanted: Wanted, known: KpiValue | undefined, written: Written | undefined): void {
    this.#sending.bring(kpiId, wanted, known, written);
    // The server may have the content already. The text in the cell is then dropped.
    if (isSettled(this.cell(kpiId))) this.#showNewest(kpiId);
  }

  #decide(kpiId: string, cell: Cell, format: NumberFormat): Decision {
    const row = this.#rowOf(kpiId);
    return row === undefined
      ? { kind: 'nothing' }
      : decide(cell, row, surroundingsOf(row, this.#rows), format);
  }

  #rowOf(kpiId: string): Row | undefined {
    return this.#rows.find(({ kpi }) => kpi.id === kpiId);
  }

  #keep(): void {
    keepDrafts(this.#userId, this.#month, this.#drafts());
  }

  /** Keeps the draft of a KPI without a row, because the KPI may get a row again today. */
  #drafts(): Drafts {
    const drafts = { ...keptDrafts(this.#userId, this.#month) };
    const names = new Map(this.#rows.map(({ kpi }) => [kpi.id, kpi.name]));
    for (const [kpiId, cell] of this.#cells.all()) {
      const name = names.get(kpiId) ?? drafts[kpiId]?.name;
      delete drafts[kpiId];
      if (name === undefined || !isUnsaved(cell)) continue;
      const unanswered = this.#sending.unanswered(kpiId);
      drafts[kpiId] = draftOf(name, cell, { unanswered, ...this.#takenUp.earlierOf(kpiId) });
    }
    return drafts;
  }
}
