/** The rest of a draft after its request has a response, or is no longer awaited. */
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { writtenOf } from '#shared/numbers/written';
import type { Attempt } from '#shared/values/value-change';
import { noteOf } from './cell';
import { BLANK, contentAfter, type Held, heldIn, isSameContent } from './content';
import type { Draft, Saying } from './draft';
import { seenOf } from './draft-of';

interface Call {
  attempt: Attempt;
  /** The content that the period should have after all requests. */
  meant: Held;
  /** The contents that the period may have now. */
  there: readonly Held[];
  /** Whether the period certainly has that content. */
  isSure: boolean;
}

/**
 * The rest after a response: a queued change and typed text continue from the saved value. Absent if
 * nothing is left.
 */
export function leftAfter(draft: Draft, attempt: Attempt, saved: KpiValue | undefined): Draft | undefined {
  const { name, unit, next } = draft;
  const now = heldIn(saved);
  const seen = seenOf(saved);
  const left = leftOf(draft, { attempt, meant: next?.content ?? now, there: [now], isSure: true });
  if (Object.keys(left).length === 0) return undefined;
  return { name, ...(unit !== undefined && { unit }), ...(seen !== undefined && { seen }), ...left };
}

/**
 * A draft that is no longer sent automatically. By the request id, the server knows whether `earlier`
 * was saved.
 */
export function asTyped(draft: Draft): Draft {
  const { name, unit, seen, attempt, next } = draft;
  if (attempt === undefined) return draft;
  const before = { number: seen?.number, note: seen?.comment ?? '' };
  const after = contentAfter(attempt.change, before);
  const meant = next?.content ?? after;
  return {
    name,
    ...(unit !== undefined && { unit }),
    ...(seen !== undefined && { seen }),
    ...leftOf(draft, { attempt, meant, there: [before, after], isSure: false }),
    earlier: attempt,
  };
}

function leftOf(draft: Draft, call: Call): Saying & Pick<Draft, 'note' | 'beneath'> {
  const { beneath } = draft;
  const note = noteLeft(draft, call);
  const number = numberLeft(beneath ?? draft, call);
  return {
    ...(beneath === undefined ? number : writtenOf(draft)),
    ...(beneath !== undefined && Object.keys(number).length > 0 && { beneath: number }),
    ...(note !== undefined && { note }),
  };
}

/** What the draft still says about the number: a text, a retraction, or nothing. */
function numberLeft(said: Saying, { meant, there, isSure }: Call): Saying {
  if (meant.number !== undefined) {
    const isThere = isSure && there.every(({ number }) => number === meant.number);
    return isThere ? {} : { ...writtenOf(said) };
  }
  const isInTheWay = ({ number, note }: Held) => number !== undefined || (meant.note === '' && note !== '');
  return there.some(isInTheWay) ? { retract: true } : {};
}

/** The note that the person writes, or else the note that was sent; absent if the period has it. */
function noteLeft({ note: written }: Draft, { attempt, meant, there, isSure }: Call): string | undefined {
  const isSent = written?.trim() === noteOf(attempt.change);
  const note = (isSent ? undefined : written) ?? (isSameContent(meant, BLANK) ? undefined : meant.note);
  if (note === undefined || (!isSure && note === written)) return note;
  // A comment belongs to a number, and a reason to a blank period.
  const besideMeant = (now: Held) =>
    (now.number === undefined) === (meant.number === undefined) ? now.note : '';
  return there.some((now) => besideMeant(now) !== note.trim()) ? note : undefined;
}
