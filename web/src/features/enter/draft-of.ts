/** What has to be kept of a cell that is not saved. */
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Attempt, Change } from '#shared/values/value-change';
import { attemptOf, type Cell, openComment } from './cell';
import { heldIn } from './content';
import type { Draft, Seen } from './draft';
import type { Unanswered } from './pending';

interface Calls {
  /** The call that has no answer yet. */
  unanswered: Unanswered | undefined;
  /** The attempt of a session that is gone, if the cell was taken up from it, and what it said if that is written over. */
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

/** What stands against a change was not seen by the person who comes back to it. */
function seenBefore(change: Change): Seen | undefined {
  const { id, etag } = change;
  if (id === undefined) return undefined;
  return { id, etag, ...(change.kind === 'comment' && { number: change.number }) };
}

function beneathOf({ written }: Unanswered): NonNullable<Draft['beneath']> {
  return { ...written };
}
