/** Of each cell, the change that is under way, and what the period is to hold after it. */
import type { Written } from '#shared/numbers/written';
import type { Attempt } from '#shared/values/value-change';
import { type Content, contentAfter, isSameContent } from './content';

/** What a period is to hold, and the id of the call that is to bring it there. */
export interface Wanted {
  content: Content;
  requestId: string;
  /** What the call before has begun: nothing of it is made where that is refused. */
  isRest?: true;
}

export interface Unanswered {
  attempt: Attempt;
  /** What stands in the cell meanwhile; absent where its number is left alone. */
  written: Written | undefined;
  /** What is to follow once there is an answer; absent where the change says it all. */
  next: Wanted | undefined;
  /** Whether no call is being made: the last one was lost, or none was made since a reload. */
  lost: boolean;
  /** When the call began, in the page's milliseconds. */
  since: number;
}

export class Pending {
  readonly #unanswered = new Map<string, Unanswered>();

  of(kpiId: string): Unanswered | undefined {
    return this.#unanswered.get(kpiId);
  }

  add(kpiId: string, unanswered: Unanswered): void {
    this.#unanswered.set(kpiId, unanswered);
  }

  /** What a period that is shown like this will hold once everything has its answer. */
  meant(kpiId: string, shown: Content): Content {
    const unanswered = this.of(kpiId);
    if (unanswered === undefined) return shown;
    return unanswered.next?.content ?? contentAfter(unanswered.attempt.change, shown);
  }

  /** Lets something follow the change under way. Answers whether there is one. */
  follow(kpiId: string, wanted: Wanted, written: Written | undefined, shown: Content): boolean {
    const unanswered = this.of(kpiId);
    if (unanswered === undefined) return false;
    const coming = contentAfter(unanswered.attempt.change, shown);
    const isComing = isSameContent(coming, wanted.content) && coming.unit === wanted.content.unit;
    unanswered.next = isComing ? undefined : wanted;
    unanswered.written = written;
    return true;
  }

  /** The call was lost, and has to be made again. */
  lose(kpiId: string, { requestId }: Attempt): void {
    const unanswered = this.of(kpiId);
    if (unanswered?.attempt.requestId === requestId) unanswered.lost = true;
  }

  /** Takes out a change that has its answer, with what is to follow it. */
  answered(kpiId: string, { requestId }: Attempt): Unanswered | undefined {
    const unanswered = this.of(kpiId);
    if (unanswered?.attempt.requestId !== requestId) return undefined;
    this.#unanswered.delete(kpiId);
    return unanswered;
  }

  /** Makes no call again for a cell. */
  drop(kpiId: string): void {
    this.#unanswered.delete(kpiId);
  }

  /** What was lost and is now sent again. */
  retry(now: number): [string, Attempt][] {
    const lost = [...this.#unanswered].filter(([, unanswered]) => unanswered.lost);
    return lost.map(([kpiId, unanswered]) => {
      Object.assign(unanswered, { lost: false, since: now });
      return [kpiId, unanswered.attempt];
    });
  }
}
