/** Builds the draft of a cell that is not saved. */
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Attempt, Change } from '#shared/values/value-change';
import { attemptOf, type Cell, openComment } from './cell';
import { heldIn } from './content';
import type { Draft, Seen } from './draft';
import type { Unanswered } from './pending';

interface Calls {
  /** The request that has no response yet. */
  unanswered: Unanswered | undefined;
  /**
   * The attempt of an ended session, if the cell continues its draft. `beneath`: what it said, if the
   * person types over it.
   */
  earlier: Attempt | undefined;
  beneath: Draft['beneath'];
}

export function draftOf(name: string, cell: Cell, { unanswered, earlier, beneath }: Calls): Draft {
  const { state, written, unit, value } = cell;
  const note = cell.note ?? openComment(state);
  const seen = state.kind === 'conflict' ? seenBefore(state.change) : seenOf(value);
  const { attempt, next } = unanswered ?? {};
  const isAskedToRetract = state.kind === 'asking' && state.question.kind === 'retract';
  const under = unanswered === undefined ? beneath : attemptOf(state) === undefined && beneathOf(unanswered);
  return {
    name,
    ...(seen !== undefined && { seen }),
    ...written,
    ...(isAskedToRetract && written === undefined && { retract: true }),
    ...(unit !== undefined && { unit }),
    ...(note !== undefined && { note }),
    ...(attempt !== undefined && { attempt }),
    ...(next !== undefined && { next }),
    ...(under && { beneath: under }),
    ...(earlier !== undefined && { earlier }),
  };
}

export function seenOf(value: KpiValue | undefined): Seen | undefined {
  if (value === undefined) return undefined;
  const { id, etag } = value;
  const { number, note } = heldIn(value);
  return { id, etag, ...(number !== undefined && { number }), ...(note !== '' && { comment: note }) };
}

/**
 * The version on which a refused change is based. A person who returns to the draft has not seen the
 * newer version.
 */
function seenBefore(change: Change): Seen | undefined {
  const { id, etag } = change;
  if (id === undefined) return undefined;
  return { id, etag, ...(change.kind === 'comment' && { number: change.number }) };
}

function beneathOf({ written }: Unanswered): NonNullable<Draft['beneath']> {
  return { ...written };
}
