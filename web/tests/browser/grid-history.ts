/** What a person has done in the model of the grid, step by step. */
import { type Content, isSame } from './grid-content';

export type Step = readonly { cell: number; before: Content; after: Content }[];

const MOST_STEPS = 100;

export class ModelHistory {
  #steps: Step[] = [];
  #done = 0;
  /** Cells that were left with a question since the last step, oldest first. */
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

  /** What was taken back before something else was begun is not done again. */
  forgetUndone(): void {
    this.#steps = this.#steps.slice(0, this.#done);
  }

  /** What someone else has changed since cannot be taken back. */
  forget(index: number): void {
    this.#keep((entry) => entry.cell !== index);
  }

  /** A change that the server has refused is none. */
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
