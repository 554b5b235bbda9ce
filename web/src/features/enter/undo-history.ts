/** What was done in a sheet, step by step, to be taken back and done again. */
import { type Content, isSameContent } from './content';

/** What a step did to one cell. */
export interface Entry {
  kpiId: string;
  before: Content;
  after: Content;
  /** Id of the call that made it; absent where that was not known when it was recorded. */
  requestId: string | undefined;
}

/** What was done at once: one entry for each cell, at least one. */
export type Step = readonly Entry[];

const MOST_STEPS = 100;

/**
 * For each cell the steps form a chain: an entry begins with what the one before it
 * left. A chain that somebody else has broken is forgotten.
 */
export class UndoHistory {
  /** Oldest first; those from `#done` on were taken back. */
  #steps: Step[] = [];
  #done = 0;
  #leftOpen: readonly string[] = [];

  /** Cells that were left in question or refused since the last step, oldest first. */
  get leftOpen(): readonly string[] {
    return this.#leftOpen;
  }

  leaveOpen(kpiId: string): void {
    this.#leftOpen = [...this.#leftOpen, kpiId];
  }

  /** The step that would be taken back next. */
  get last(): Step | undefined {
    return this.#steps[this.#done - 1];
  }

  /** The step that would be done again next. */
  get next(): Step | undefined {
    return this.#steps[this.#done];
  }

  /** What was taken back before cannot be done again afterwards. Answers the step; absent where nothing changes. */
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

  undo(): Step | undefined {
    const step = this.last;
    if (step !== undefined) this.#done -= 1;
    return step;
  }

  redo(): Step | undefined {
    const step = this.next;
    if (step !== undefined) this.#done += 1;
    return step;
  }

  /** What was taken back before cannot be done again: something newer was begun. */
  forgetUndone(): void {
    this.#steps = this.#steps.slice(0, this.#done);
  }

  /** The call of a step did not change the cell: its other steps follow each other without it. */
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

  /** Nothing of a cell's past can be taken back any more. */
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

  /** Puts other entries in place of those that are there; a step without any is gone. */
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
