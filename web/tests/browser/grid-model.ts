/**
 * What a person has meant with a month of six cells, told plainly: one number for
 * each cell, and what is still open there. It knows no calls, no drafts and no ids.
 */

/** Absent where the period is blank. */
export type Meant = number | undefined;

export interface ModelKpi {
  name: string;
  /** The greatest value that the server takes. */
  maximum?: number;
}

/** What stands in a cell and is not meant yet. */
export type Open =
  | { kind: 'typing'; text: string; pasted: boolean }
  | { kind: 'asking'; text: string; pasted: boolean; question: Question }
  | { kind: 'refused'; text: string }
  | { kind: 'conflict'; text: string; mine: Meant; seenBefore: Pick<ModelCell, 'seenVersion' | 'seenNone'> };

export type Question =
  | { kind: 'retract' }
  | { kind: 'unreadable' }
  | { kind: 'ambiguous'; values: [number, number] };

export interface ModelCell {
  kpi: ModelKpi;
  /** What the server has once everything has its answer, and its version there. */
  stored: Meant;
  version: number;
  /** What the page shows, and its version; another one where someone else has changed it since. */
  seen: Meant;
  seenVersion: number;
  /** Whether the page has seen no value at all there. */
  seenNone: boolean;
  /** Version of the last own change since the page was loaded. */
  mineVersion: number | undefined;
  /** What a cell that goes on after a reload shows once its text is given up. */
  loaded: { number: Meant; version: number } | undefined;
  open: Open | undefined;
  /** What was meant since the last look at the server, in order. */
  since: Meant[];
}

type Step = { cell: number; before: Meant; after: Meant }[];

export class GridModel {
  readonly cells: ModelCell[];
  #steps: Step[] = [];
  #done = 0;
  /** Cells that were left with a question since the last step, oldest first. */
  #leftOpen: number[] = [];

  constructor(kpis: readonly ModelKpi[]) {
    this.cells = kpis.map((kpi) => ({
      kpi,
      stored: undefined,
      version: 0,
      seen: undefined,
      seenVersion: 0,
      seenNone: true,
      mineVersion: undefined,
      loaded: undefined,
      open: undefined,
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
    // One key that puts the same text in its place changes nothing.
    if (!pasted && text.length === 1 && text === (open?.text ?? String(seen))) return;
    this.cell(index).open = { kind: 'typing', text, pasted };
  }

  /** The person leaves the cell, or presses Enter. Answers whether nothing is left to ask there. */
  finish(index: number): boolean {
    const { open, seen } = this.cell(index);
    if (open?.kind !== 'typing') return open === undefined || open.kind === 'refused';
    const { text, pasted } = open;
    const ambiguous = pasted ? /^(\d{1,3})\.(\d{3})$/.exec(text) : null;
    if (ambiguous !== null) {
      const values: [number, number] = [Number(text), Number(text.replace('.', ''))];
      return this.#ask(index, text, pasted, { kind: 'ambiguous', values });
    }
    if (text === '' && seen === undefined) {
      this.giveUp(index);
      return true;
    }
    if (text === '') return this.#ask(index, text, pasted, { kind: 'retract' });
    const plain = text.replaceAll(',', '');
    if (!/^\d+(\.\d+)?$/.test(plain)) return this.#ask(index, text, pasted, { kind: 'unreadable' });
    this.mean([[index, Number(plain)]], text);
    return true;
  }

  /** Enter, long enough after the question: yes to it, where yes is an answer. */
  enter(index: number): boolean {
    const { open } = this.cell(index);
    if (open?.kind === 'asking' && open.question.kind === 'retract') this.mean([[index, undefined]], '');
    return this.finish(index);
  }

  /** Escape, the button “Undo”, “Keep theirs”. */
  giveUp(index: number): void {
    const cell = this.cell(index);
    cell.open = undefined;
    if (cell.loaded === undefined) return;
    cell.seen = cell.loaded.number;
    cell.seenVersion = cell.loaded.version;
    cell.seenNone = cell.seen === undefined;
    cell.loaded = undefined;
  }

  /** Means numbers for some cells, in one step. */
  mean(entries: readonly [number, Meant][], text?: string): void {
    const step = entries.map(([cell, after]) => ({ cell, before: this.cell(cell).seen, after }));
    this.#record(step);
    for (const { cell, after } of step) this.#bring(cell, after, this.cell(cell).seenVersion, text);
  }

  takeMine(index: number): void {
    const { open } = this.cell(index);
    if (open?.kind === 'conflict') this.mean([[index, open.mine]], open.text);
  }

  undo(focused: number): void {
    const last = this.#steps[this.#done - 1] ?? [];
    const candidates = [focused, ...this.#leftOpen.toReversed(), ...last.map(({ cell }) => cell)];
    const open = candidates.find((cell) => this.cell(cell).open !== undefined);
    if (open !== undefined) {
      this.giveUp(open);
      return;
    }
    if (last.length === 0) return;
    this.#done -= 1;
    for (const { cell, before } of last) this.#putBack(cell, before);
  }

  redo(focused: number): void {
    const next = this.#steps[this.#done] ?? [];
    if ([focused, ...next.map(({ cell }) => cell)].some((cell) => this.cell(cell).open !== undefined)) return;
    if (next.length === 0) return;
    this.#done += 1;
    for (const { cell, after } of next) this.#putBack(cell, after);
  }

  /** The page is loaded again: what was open is text again, and nothing can be undone. */
  reload(): void {
    this.#steps = [];
    this.#done = 0;
    this.#leftOpen = [];
    for (const cell of this.cells) {
      cell.mineVersion = undefined;
      cell.loaded = undefined;
      const { open, stored, version } = cell;
      if (open === undefined) {
        this.#see(cell);
        cell.seenNone = stored === undefined;
        continue;
      }
      cell.open = { kind: 'typing', text: open.text, pasted: 'pasted' in open && open.pasted };
      if (open.kind === 'conflict') Object.assign(cell, open.seenBefore);
      cell.loaded = { number: stored, version };
      cell.seen = cell.seenNone ? undefined : stored;
      // Any blank period is as one in which the page has seen no value.
      if (cell.seenNone && stored === undefined) cell.seenVersion = version;
    }
  }

  /** The page asks the server again for what is at rest. */
  refresh(): void {
    for (const cell of this.cells) {
      if (cell.open !== undefined) continue;
      this.#see(cell);
      cell.seenNone = cell.stored === undefined;
    }
  }

  /** Someone else, or the same person elsewhere, changes a value. */
  changeElsewhere(index: number, number: Meant): void {
    const cell = this.cell(index);
    cell.stored = number;
    cell.version += 1;
  }

  #ask(index: number, text: string, pasted: boolean, question: Question): false {
    this.cell(index).open = { kind: 'asking', text, pasted, question };
    this.#leftOpen.push(index);
    return false;
  }

  #putBack(index: number, number: Meant): void {
    const { mineVersion, seenVersion } = this.cell(index);
    this.#bring(index, number, mineVersion ?? seenVersion, number === undefined ? '' : String(number));
  }

  /** Stored where nobody was faster and the server takes it. */
  #bring(index: number, number: Meant, known: number, text = String(number ?? '')): void {
    const cell = this.cell(index);
    if (number === cell.seen && known === cell.seenVersion) {
      this.giveUp(index);
      return;
    }
    if (known !== cell.version) {
      const seenBefore = { seenVersion: known, seenNone: cell.seenNone };
      cell.open = { kind: 'conflict', text, mine: number, seenBefore };
      this.#see(cell);
      this.#forget(index);
      this.#leftOpen.push(index);
    } else if (number !== undefined && number > (cell.kpi.maximum ?? Infinity)) {
      cell.open = { kind: 'refused', text };
      this.#forgetLast(index);
      this.#leftOpen.push(index);
    } else {
      cell.open = undefined;
      cell.stored = number;
      cell.version += 1;
      cell.since.push(number);
      this.#see(cell);
      cell.mineVersion = cell.version;
    }
  }

  #see(cell: ModelCell): void {
    cell.seen = cell.stored;
    cell.seenVersion = cell.version;
    cell.seenNone = false;
    cell.loaded = undefined;
  }

  #record(entries: Step): void {
    this.#leftOpen = [];
    const step = entries.filter(({ before, after }) => before !== after);
    if (step.length === 0) return;
    this.#steps = this.#steps.slice(0, this.#done);
    for (const { cell, before } of step) {
      const last = this.#steps.flat().findLast((entry) => entry.cell === cell);
      if (last !== undefined && last.after !== before) this.#forget(cell);
    }
    this.#steps = [...this.#steps, step].slice(-100);
    this.#done = this.#steps.length;
  }

  /** What someone else has changed since cannot be taken back. */
  #forget(index: number): void {
    this.#keep((entry) => entry.cell !== index);
  }

  /** A change that the server has refused is none. */
  #forgetLast(index: number): void {
    const last = this.#steps.flat().findLast((entry) => entry.cell === index);
    this.#keep((entry) => entry !== last);
  }

  #keep(isKept: (entry: Step[number]) => boolean): void {
    const kept = (steps: Step[]) =>
      steps.map((step) => step.filter(isKept)).filter((step) => step.length > 0);
    const done = kept(this.#steps.slice(0, this.#done));
    this.#steps = [...done, ...kept(this.#steps.slice(this.#done))];
    this.#done = done.length;
  }
}

/**
 * Whether the server may have made these changes of what was meant since the last look:
 * the first one at once, then the newest whenever the one before had its answer, each once.
 */
export function mayHaveStored(meant: readonly Meant[], stored: readonly Meant[]): boolean {
  if (stored.length > 0 && (meant.length === 0 || stored[0] !== meant[0])) return false;
  let next = 0;
  for (const [index, number] of stored.entries()) {
    if (index > 0 && number === stored[index - 1]) return false;
    const found = meant.indexOf(number, next);
    if (found < 0) return false;
    next = found + 1;
  }
  return true;
}
