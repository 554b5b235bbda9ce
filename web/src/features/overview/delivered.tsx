/** How many of the due values were entered. */
import { Plural } from '@lingui/react/macro';
import type { StateCounts } from '#gen/kreis/kpi/v1/state_pb';

export function Delivered({ counts }: { counts: StateCounts }) {
  const { dueCount: due = 0, deliveredCount: delivered = 0 } = counts;
  if (due === 0) return null;
  return (
    <span className="quiet">
      <Plural
        value={due}
        one={`${delivered} of # value delivered`}
        other={`${delivered} of # values delivered`}
      />
    </span>
  );
}
