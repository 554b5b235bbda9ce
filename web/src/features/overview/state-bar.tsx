/** A bar with a segment for each state. Hidden from screen readers, because the counts say the same. */
import type { StateCounts } from '#gen/kreis/kpi/v1/state_pb';
import classes from './board.module.css';

export function StateBar({ counts }: { counts: StateCounts }) {
  const { onTrackCount, slightlyBehindCount, behindCount, noStatementCount } = counts;
  const segments = [
    ['ON_TRACK', onTrackCount],
    ['SLIGHTLY_BEHIND', slightlyBehindCount],
    ['BEHIND', behindCount],
    ['NO_STATEMENT', noStatementCount],
  ] as const;
  return (
    <div className={classes.bar} aria-hidden>
      {segments.map(
        ([state, count = 0]) =>
          count > 0 && <span key={state} data-state={state} style={{ flexGrow: count }} />,
      )}
    </div>
  );
}
