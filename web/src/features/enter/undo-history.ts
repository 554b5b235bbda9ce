/** The undo history of a sheet, step by step. */
import { type Content, isSameContent } from './content';

/** What a step did to one cell. */
export interface Entry {
  kpiId: string;
  before: Content;
  after: Content;
  /** Id of the request that made it; absent if it was not known at that time. */
  requestId: string | undefined;
}

/** One action: an entry for each changed cell, at least one. */
export type Step = readonly Entry[];

const MOST_STEPS = 100;

/**
 * The entries of each cell form a chain: an entry begins with the content that the entry before it
 * left. If another person has changed the content in between, the history forgets the chain.
 */
export class UndoHistory {
  /** Oldest first; the steps from the index `#done` on are undone. */
  #steps: Step[] = [];
  #done = 0;
  #leftOpen: readonly string[] = [];

  /** Cells that were left with a question or a refusal since the last step, oldest first. */
  get leftOpen(): readonly string[] {
    return this.#leftOpen;
  }

  leaveOpen(kpiId: string): void {
    this.#leftOpen = [...this.#leftOpen, kpiId];
  }

  /** The step that the next undo reverts. */
  get last(): Step | undefined {
    return this.#steps[this.#done - 1];
  }

  /** The step that the next redo repeats. */
  get next(): Step | undefined {
    return this.#steps[this.#done];
  }

  /** Records a step and forgets all undone steps. Returns the step; absent if nothing changes. */
  record(entries: readonly Entry[]): Step | undefined {
    this.#leftOpen = [];
    const step = entries.filter(({ before, after }) => !isSameContent(before, after));
    if (step.length === 0) return undefined;
    this.forgetUndone();
    for (const entry of step) if (this.#isBroken(entry)) this.forget(entry.kpiId);
    this.#steps = [...this.#steps, step].slice(-MOST_STEPS);
    this.#done = this.#steps.length;
    return step;
  }

  /** Undoes a step, and leaves those after it as they are. Returns it; absent if there is none. */
  undo(step: Step | undefined = this.last): Step | undefined {
    if (step === undefined) return undefined;
    const done = this.#steps.slice(0, this.#done).filter((other) => other !== step);
    this.#steps = [...done, step, ...this.#steps.slice(this.#done)];
    this.#done = done.length;
    return step;
  }

  /** Whether a step can be undone: no later one has changed its cells. */
  isLastOfItsCells(step: Step): boolean {
    const at = this.#steps.indexOf(step);
    if (at < 0 || at >= this.#done) return false;
    const later = this.#steps.slice(at + 1, this.#done).flat();
    return !later.some(({ kpiId }) => step.some((entry) => entry.kpiId === kpiId));
  }

  redo(): Step | undefined {
    const step = this.next;
    if (step !== undefined) this.#done += 1;
    return step;
  }

  /** Forgets all undone steps, because something newer has begun. */
  forgetUndone(): void {
    this.#steps = this.#steps.slice(0, this.#done);
  }

  /** The request of a step was refused. Its entry is removed, and the entries around it are joined. */
  refuse(kpiId: string, requestId: string): void {
    const refused = this.#entriesOf(kpiId).find((entry) => entry.requestId === requestId);
    if (refused === undefined) {
      this.forget(kpiId);
      return;
    }
    const following = this.#entriesOf(kpiId).find((_, index, all) => all[index - 1] === refused);
    this.#replace((entry) => {
      if (entry === refused) return undefined;
      return entry === following ? { ...entry, before: refused.before } : entry;
    });
  }

  /** Forgets all entries of a cell. */
  forget(kpiId: string): void {
    this.#replace((entry) => (entry.kpiId === kpiId ? undefined : entry));
  }

  #entriesOf(kpiId: string): Entry[] {
    return this.#steps.flat().filter((entry) => entry.kpiId === kpiId);
  }

  #isBroken({ kpiId, before }: Entry): boolean {
    const last = this.#entriesOf(kpiId).at(-1);
    return last !== undefined && !isSameContent(last.after, before);
  }

  /** Replaces or removes entries. A step without entries is removed. */
  #replace(entryFor: (entry: Entry) => Entry | undefined): void {
    const changed = (steps: readonly Step[]) =>
      steps
        .map((step) => step.map(entryFor).filter((entry) => entry !== undefined))
        .filter((step) => step.length > 0);
    const done = changed(this.#steps.slice(0, this.#done));
    this.#steps = [...done, ...changed(this.#steps.slice(this.#done))];
    this.#done = done.length;
  }
}
