/** The cells of a month. They live outside React, so that a key press renders only one row. */
import { type Cell, UNTOUCHED } from './cell';

export class Cells {
  readonly #cells = new Map<string, Cell>();
  readonly #watchers = new Set<() => void>();
  readonly #onChange: () => void;
  /** Cells change only while the sheet is on its owner's screen. */
  #open = false;
  #version = 0;

  /** `onChange` is called for each change, before the screen is updated. */
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

  /** Sets the initial cell. This is not a change, so it calls neither `onChange` nor the watchers. */
  begin(kpiId: string, cell: Cell): void {
    this.#cells.set(kpiId, cell);
  }

  /** Keeps the draft of the cell. */
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
