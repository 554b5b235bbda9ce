/** For each cell: the change that is in progress, and the content to save after it. */
import type { Written } from '#shared/numbers/written';
import type { Attempt } from '#shared/values/value-change';
import { type Content, contentAfter, isSameContent } from './content';

/** The wanted content of a period, and the id of the request that saves it. */
export interface Wanted {
  content: Content;
  requestId: string;
  /** Set for the second part of a change. It is dropped if the server refuses the first part. */
  isRest?: true;
}

export interface Unanswered {
  attempt: Attempt;
  /** The text in the cell meanwhile; absent if the person does not change the number. */
  written: Written | undefined;
  /** The content to save after the response; absent if nothing follows. */
  next: Wanted | undefined;
  /** Whether no request is in progress: the last one was lost, or none was sent since a reload. */
  lost: boolean;
  /** Whether an earlier attempt may have reached the server. */
  isRepeated: boolean;
  /** When the request began (`performance.now()`). */
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

  /** The content that a period will have after all responses, if it is now shown as `shown`. */
  meant(kpiId: string, shown: Content): Content {
    const unanswered = this.of(kpiId);
    if (unanswered === undefined) return shown;
    return unanswered.next?.content ?? contentAfter(unanswered.attempt.change, shown);
  }

  /** Queues content after the change in progress. Returns whether there is such a change. */
  follow(kpiId: string, wanted: Wanted, written: Written | undefined, shown: Content): boolean {
    const unanswered = this.of(kpiId);
    if (unanswered === undefined) return false;
    const coming = contentAfter(unanswered.attempt.change, shown);
    const isComing = isSameContent(coming, wanted.content) && coming.unit === wanted.content.unit;
    unanswered.next = isComing ? undefined : wanted;
    unanswered.written = written;
    return true;
  }

  /** Marks the request as lost, so that it is retried. */
  lose(kpiId: string, { requestId }: Attempt): void {
    const unanswered = this.of(kpiId);
    if (unanswered?.attempt.requestId === requestId) unanswered.lost = true;
  }

  /** Removes and returns a change that has its response, with the queued content. */
  answered(kpiId: string, { requestId }: Attempt): Unanswered | undefined {
    const unanswered = this.of(kpiId);
    if (unanswered?.attempt.requestId !== requestId) return undefined;
    this.#unanswered.delete(kpiId);
    return unanswered;
  }

  /** Stops all retries for a cell. */
  drop(kpiId: string): void {
    this.#unanswered.delete(kpiId);
  }

  /** Returns the lost attempts, and marks them as sent again. */
  retry(now: number): [string, Attempt][] {
    const lost = [...this.#unanswered].filter(([, unanswered]) => unanswered.lost);
    return lost.map(([kpiId, unanswered]) => {
      Object.assign(unanswered, { lost: false, isRepeated: true, since: now });
      return [kpiId, unanswered.attempt];
    });
  }
}
