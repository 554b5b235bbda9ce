/**
 * What a person means to enter in a month of six cells: one content per cell, and the open questions.
 * The model knows no calls, no drafts and no ids.
 */
import {
  hasUnsavedNote,
  isAboutNote,
  isPasted,
  type ModelCell,
  type ModelKpi,
  type Question,
  seenAgain,
  type Version,
} from './grid-cell';
import {
  agree,
  BLANK,
  type Content,
  canInsist,
  insisted,
  isBlank,
  isSame,
  stationsTo,
  wayFrom,
  withNumber,
} from './grid-content';
import { ModelHistory } from './grid-history';

export class GridModel {
  readonly cells: ModelCell[];
  #history = new ModelHistory();

  constructor(kpis: readonly ModelKpi[]) {
    this.cells = kpis.map((kpi) => ({
      kpi,
      stored: BLANK,
      version: 0,
      seen: BLANK,
      seenVersion: 0,
      seenNone: true,
      mine: undefined,
      loaded: undefined,
      open: undefined,
      note: undefined,
      agreed: false,
      again: undefined,
      since: [],
    }));
  }

  cell(index: number): ModelCell {
    const cell = this.cells[index];
    if (cell === undefined) throw new Error(`the grid has no row ${index}`);
    return cell;
  }

  isStale(index: number): boolean {
    const { version, seenVersion } = this.cell(index);
    return version !== seenVersion;
  }

  type(index: number, text: string, pasted = false): void {
    const { open, seen } = this.cell(index);
    // A single key that writes the same text changes nothing.
    if (!pasted && text.length === 1 && text === (open?.text ?? String(seen.number))) return;
    this.cell(index).open = { kind: 'typing', text, pasted };
    this.#history.forgetUndone();
  }

  /** The person leaves the cell or presses Enter. Returns whether the cell has no open question. */
  finish(index: number): boolean {
    const { open, seen } = this.cell(index);
    if (open?.kind !== 'typing') return open === undefined || open.kind === 'refused';
    if (open.kept) return true;
    const { text, pasted } = open;
    const ambiguous = pasted ? /^(\d{1,3})\.(\d{3})$/.exec(text) : null;
    if (ambiguous !== null) {
      const values: [number, number] = [Number(text), Number(text.replace('.', ''))];
      return this.#ask(index, text, pasted, { kind: 'ambiguous', values });
    }
    if (text === '' && seen.number === undefined) {
      this.giveUp(index);
      return true;
    }
    if (text === '') return this.#ask(index, text, pasted, { kind: 'retract' });
    const plain = text.replaceAll(',', '');
    if (!/^\d+(\.\d+)?$/.test(plain)) return this.#ask(index, text, pasted, { kind: 'unreadable' });
    return this.#consider(index, Number(plain), text, pasted);
  }

  #consider(index: number, number: number, text: string, pasted: boolean): boolean {
    if (number !== this.cell(index).seen.number && this.#isUnusual(index, number))
      return this.#ask(index, text, pasted, { kind: 'slip', number });
    this.enterNumbers([[index, number]], text);
    return true;
  }

  /** Chooses one of two readings. */
  choose(index: number, number: number): void {
    const { open } = this.cell(index);
    if (open?.kind === 'asking') this.#consider(index, number, open.text, open.pasted);
  }

  /** Enter in the cell. It never answers a question. */
  enter(index: number): boolean {
    const { open } = this.cell(index);
    if (open?.kind === 'typing') open.kept = false;
    return this.finish(index);
  }

  /** The cell loses the focus without an act of the person: leaving it later does not finish its text. */
  interrupt(index: number): void {
    const { open } = this.cell(index);
    if (open?.kind === 'typing') open.kept = true;
  }

  isKept(index: number): boolean {
    const { open } = this.cell(index);
    return open?.kind === 'typing' && open.kept === true;
  }

  /** Whether an Enter from another row only passes this cell. */
  isPassed(index: number): boolean {
    const { open } = this.cell(index);
    return open?.kind === 'asking' || open?.kind === 'conflict' || this.isKept(index);
  }

  /** Answers yes, if yes is a possible answer. */
  confirm(index: number): void {
    const { open } = this.cell(index);
    if (open?.kind !== 'asking') return;
    if (open.question.kind === 'slip') this.enterNumbers([[index, open.question.number]], open.text);
    if (open.question.kind === 'retract') this.takeBack(index);
  }

  /** Escape, the button “Undo” or “Keep theirs”. */
  giveUp(index: number): void {
    const cell = this.cell(index);
    if (isAboutNote(cell.open)) cell.note = undefined;
    cell.open = undefined;
    this.#showLoaded(cell);
  }

  #showLoaded(cell: ModelCell): void {
    if (cell.loaded === undefined) return;
    cell.seen = cell.loaded.content;
    cell.seenVersion = cell.loaded.version;
    cell.seenNone = isBlank(cell.seen);
    cell.loaded = undefined;
  }

  openNote(index: number): void {
    const cell = this.cell(index);
    cell.note ??= cell.seen.note;
  }

  closeNote(index: number): void {
    const cell = this.cell(index);
    cell.note = undefined;
    if (cell.open === undefined) this.#showLoaded(cell);
  }

  /** For a cell without another open question. */
  saveNote(index: number): void {
    const { note, seen } = this.cell(index);
    if (note === undefined || (note === '' && seen.number === undefined)) return;
    if (note === seen.note) this.#sayNoteAgain(index);
    else this.#mean([{ cell: index, content: { number: seen.number, note }, text: undefined }]);
  }

  #sayNoteAgain(index: number): void {
    const cell = this.cell(index);
    const { seen, seenVersion, stored } = cell;
    const known = { content: seen, version: seenVersion };
    const way = seen.number === undefined ? 'mark' : 'comment';
    if (!this.isStale(index)) {
      this.#sayAgain(cell, seen);
      this.closeNote(index);
    } else if (agree(seen, seen, stored, way)) this.#agree(index, seen, known, way);
    else this.#meet(index, seen, known, undefined, way);
  }

  /** Text that is typed before the answer is stored after it, if it is still meant then. */
  #sayAgain(cell: ModelCell, content: Content): void {
    if (cell.since.length > 0) return;
    cell.again = content;
    cell.since.push(content);
  }

  /** Enters numbers in several cells as one step. */
  enterNumbers(numbers: readonly [number, number][], text?: string): void {
    this.#mean(
      numbers.map(([cell, number]) => {
        const content = withNumber(this.cell(cell).seen, number);
        return { cell, content, text: text ?? String(number) };
      }),
    );
  }

  /** Retracts the value or the mark. */
  takeBack(index: number): void {
    this.#mean([{ cell: index, content: BLANK, text: this.cell(index).open?.text }]);
  }

  takeMine(index: number): void {
    const { open } = this.cell(index);
    if (open?.kind !== 'conflict' || open.mine === undefined) return;
    this.#mean([{ cell: index, content: open.mine, text: open.text }]);
  }

  undo(focused: number): void {
    const { last, leftOpen } = this.#history;
    const candidates = [focused, ...leftOpen.toReversed(), ...last.map(({ cell }) => cell)];
    const open = candidates.find((cell) => this.cell(cell).open !== undefined);
    if (open !== undefined) {
      this.giveUp(open);
      return;
    }
    if (last.length === 0) return;
    this.#history.goBack();
    for (const { cell, before } of last) this.#putBack(cell, before);
  }

  redo(focused: number): void {
    const { next } = this.#history;
    if ([focused, ...next.map(({ cell }) => cell)].some((cell) => this.cell(cell).open !== undefined)) return;
    if (next.length === 0) return;
    this.#history.goOn();
    for (const { cell, after } of next) this.#putBack(cell, after);
  }

  /** A reload: open content becomes text again, and the undo history is empty. */
  reload(): void {
    this.#history = new ModelHistory();
    for (const cell of this.cells) {
      cell.mine = undefined;
      cell.loaded = undefined;
      const { open, stored, version } = cell;
      if (open?.kind === 'conflict') Object.assign(cell, open.seenBefore);
      else if (open === undefined && !hasUnsavedNote(cell)) cell.note = undefined;
      cell.open =
        open?.text === undefined
          ? undefined
          : { kind: 'typing', text: open.text, pasted: open.pasted, kept: true };
      if (cell.open === undefined && cell.note === undefined) {
        this.#load(cell);
        continue;
      }
      cell.loaded = { content: stored, version };
      cell.seen = seenAgain(cell);
      // A blank period counts as a period without a seen value.
      if (cell.seenNone && isBlank(stored)) cell.seenVersion = version;
    }
  }

  /**
   * The page reads the month again. Finished cells show the new content at once, open cells once they
   * are finished.
   */
  refresh(): void {
    for (const cell of this.cells) {
      if (cell.open === undefined && cell.note === undefined) this.#load(cell);
      else cell.loaded = { content: cell.stored, version: cell.version };
    }
  }

  /** Another person, or the same person elsewhere, changes a value. */
  changeElsewhere(index: number, content: Content): void {
    const cell = this.cell(index);
    cell.stored = content;
    cell.version += 1;
  }

  #isUnusual(index: number, number: number): boolean {
    const { least, greatest } = this.cell(index).kpi.usual ?? { least: -Infinity, greatest: Infinity };
    return number < least || number > greatest;
  }

  #ask(index: number, text: string, pasted: boolean, question: Question): false {
    this.cell(index).open = { kind: 'asking', text, pasted, question };
    this.#history.leftOpen.push(index);
    return false;
  }

  #mean(entries: readonly { cell: number; content: Content; text: string | undefined }[]): void {
    this.#history.record(
      entries.map(({ cell, content }) => ({ cell, before: this.cell(cell).seen, after: content })),
    );
    for (const { cell, content, text } of entries) {
      const { seen, seenVersion } = this.cell(cell);
      this.#bring(cell, content, { content: seen, version: seenVersion }, text);
    }
  }

  #putBack(index: number, content: Content): void {
    const { mine, seen, seenVersion } = this.cell(index);
    const text = content.number === seen.number ? undefined : String(content.number ?? '');
    this.#bring(index, content, mine ?? { content: seen, version: seenVersion }, text);
  }

  /** Stores the content, unless there is a conflict or the server refuses it. */
  #bring(index: number, content: Content, known: Version, text: string | undefined): void {
    const cell = this.cell(index);
    const isStale = known.version !== cell.version;
    const isTooGreat = (content.number ?? 0) > (cell.kpi.maximum ?? Infinity);
    // A repeated number is sent to the server.
    if (isSame(content, known.content) && (content.number === undefined || !isStale)) {
      if (content.number !== undefined) this.#sayAgain(cell, content);
      this.giveUp(index);
    }
    // The server checks the limits of a new number before it detects a conflict.
    else if (isTooGreat && (!isStale || wayFrom(known.content, content) === 'record')) {
      cell.open = { kind: 'refused', text: text ?? '', pasted: isPasted(cell.open, text) };
      this.#history.forgetLast(index);
      this.#history.leftOpen.push(index);
    } else if (isStale && agree(known.content, content, cell.stored)) this.#agree(index, content, known);
    else if (isStale) this.#meet(index, content, known, text);
    else this.#store(cell, content);
  }

  #store(cell: ModelCell, content: Content): void {
    const stations = stationsTo(cell.stored, content);
    const way = wayFrom(stations.length > 1 ? BLANK : cell.stored, content);
    if ((way === 'mark' || way === 'comment') && cell.note?.trim() === content.note) cell.note = undefined;
    cell.open = undefined;
    cell.stored = content;
    cell.version += stations.length;
    cell.since.push(...stations);
    this.#see(cell);
    cell.mine = { content, version: cell.version };
  }

  /** Another person has entered the same content first. */
  #agree(index: number, content: Content, known: Version, way = wayFrom(known.content, content)): void {
    const cell = this.cell(index);
    this.#history.forget(index);
    if ((way === 'mark' || way === 'comment') && cell.note?.trim() === content.note) cell.note = undefined;
    cell.open = undefined;
    cell.agreed = true;
    this.#see(cell);
    // The retracted number leaves the period free for the mark.
    if (way === 'retract' && !isBlank(content)) this.#store(cell, content);
  }

  /** Another person has entered something else first. */
  #meet(
    index: number,
    content: Content,
    known: Version,
    text: string | undefined,
    way = wayFrom(known.content, content),
  ): void {
    const cell = this.cell(index);
    const mine = canInsist(way, cell.stored) ? insisted(known.content, content, cell.stored, way) : undefined;
    const seen = way === 'comment' ? { ...known.content, note: '' } : BLANK;
    const seenBefore = { seen, seenVersion: known.version, seenNone: cell.seenNone };
    cell.open = { kind: 'conflict', text, pasted: isPasted(cell.open, text), way, mine, seenBefore };
    this.#see(cell);
    this.#history.forget(index);
    this.#history.leftOpen.push(index);
  }

  #see(cell: ModelCell): void {
    cell.seen = cell.stored;
    cell.seenVersion = cell.version;
    cell.seenNone = false;
    cell.loaded = undefined;
  }

  #load(cell: ModelCell): void {
    this.#see(cell);
    cell.seenNone = isBlank(cell.stored);
  }
}
