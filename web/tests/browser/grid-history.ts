/** The undo history in the model of the grid, step by step. */
import { type Content, isSame } from './grid-content';

export type Step = readonly { cell: number; before: Content; after: Content }[];

const MOST_STEPS = 100;

export class ModelHistory {
  #steps: Step[] = [];
  #done = 0;
  /** Cells with an open question since the last step, oldest first. */
  leftOpen: number[] = [];

  get last(): Step {
    return this.#steps[this.#done - 1] ?? [];
  }

  get next(): Step {
    return this.#steps[this.#done] ?? [];
  }

  goBack(): void {
    this.#done -= 1;
  }

  goOn(): void {
    this.#done += 1;
  }

  record(entries: Step): void {
    this.leftOpen = [];
    const step = entries.filter(({ before, after }) => !isSame(before, after));
    if (step.length === 0) return;
    this.forgetUndone();
    for (const { cell, before } of step) {
      const last = this.#steps.flat().findLast((entry) => entry.cell === cell);
      if (last !== undefined && !isSame(last.after, before)) this.forget(cell);
    }
    this.#steps = [...this.#steps, step].slice(-MOST_STEPS);
    this.#done = this.#steps.length;
  }

  /** A new step removes the undone steps. */
  forgetUndone(): void {
    this.#steps = this.#steps.slice(0, this.#done);
  }

  /** A value that another person has changed cannot be undone. */
  forget(index: number): void {
    this.#keep((entry) => entry.cell !== index);
  }

  /** A refused change is not part of the history. */
  forgetLast(index: number): void {
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
