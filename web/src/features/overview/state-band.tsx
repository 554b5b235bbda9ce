/** How many KPIs are in which state, as a bar, and buttons that show only those. */
import { Plural, useLingui } from '@lingui/react/macro';
import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { KpiState, type StateCounts } from '#gen/kreis/kpi/v1/state_pb';
import { StateMark } from '#shared/states/state-mark';
import type { Filter } from './address';
import classes from './board.module.css';
import { Delivered } from './delivered';
import { StateBar } from './state-bar';

interface Props {
  counts: StateCounts;
  chosen: Filter | undefined;
  onChoose: (filter: Filter | undefined) => void;
}

export function StateBand({ counts, chosen, onChoose }: Props) {
  const { t } = useLingui();
  const { dueCount: due = 0, deliveredCount: delivered = 0 } = counts;
  const missing = due - delivered;
  const choice = (filter: Filter, count: number | undefined, name: ReactNode) => (
    <UnstyledButton
      className={classes.choice}
      aria-pressed={chosen === filter}
      disabled={count === 0 && chosen !== filter}
      onClick={() => onChoose(chosen === filter ? undefined : filter)}
    >
      <span className={classes.count}>{count}</span> {name}
    </UnstyledButton>
  );
  return (
    <section aria-label={t`State of the KPIs`} className={classes.band}>
      <StateBar counts={counts} />
      <div className={classes.choices}>
        {choice('on-track', counts.onTrackCount, <StateMark state={KpiState.ON_TRACK} />)}
        {choice(
          'slightly-behind',
          counts.slightlyBehindCount,
          <StateMark state={KpiState.SLIGHTLY_BEHIND} />,
        )}
        {choice('behind', counts.behindCount, <StateMark state={KpiState.BEHIND} />)}
        {choice('no-statement', counts.noStatementCount, <StateMark state={KpiState.NO_STATEMENT} />)}
        <span className={classes.delivered}>
          <Delivered counts={counts} />
          {choice('missing', missing, <Plural value={missing} one="missing" other="missing" />)}
        </span>
      </div>
    </section>
  );
}
