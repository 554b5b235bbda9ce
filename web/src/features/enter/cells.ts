/** What stands in the cells of a month. Lives outside of React, so that a key press touches one row. */
import { type Cell, UNTOUCHED } from './cell';

export class Cells {
  readonly #cells = new Map<string, Cell>();
  readonly #watchers = new Set<() => void>();
  readonly #onChange: () => void;
  /** Only while the sheet is on its owner's screen does anything change. */
  #open = false;
  #version = 0;

  /** `onChange` hears of each change before the screen does. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
  }

  close(): void {
    this.#open = false;
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Changes with every cell. */
  get version(): number {
    return this.#version;
  }

  has(kpiId: string): boolean {
    return this.#cells.has(kpiId);
  }

  of(kpiId: string): Cell {
    return this.#cells.get(kpiId) ?? UNTOUCHED;
  }

  all(): [string, Cell][] {
    return [...this.#cells];
  }

  /** As it was before anything was done here: nothing has changed by it. */
  begin(kpiId: string, cell: Cell): void {
    this.#cells.set(kpiId, cell);
  }

  /** Its draft stays. */
  remove(kpiId: string): void {
    this.#cells.delete(kpiId);
    this.#tell();
  }

  set(kpiId: string, cell: Cell): void {
    if (!this.#open) return;
    this.#cells.set(kpiId, cell);
    this.#onChange();
    this.#tell();
  }

  #tell(): void {
    this.#version += 1;
    for (const watcher of this.#watchers) watcher();
  }
}
