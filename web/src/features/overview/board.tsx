/** The circles, the states of thirteen months, what has changed since a day, and what is missing. */
import type { Month } from '#shared/periods/months';
import classes from './board.module.css';
import { ChangesSince } from './changes-since';
import { CircleCards } from './circle-cards';
import type { Day } from './days';
import { HeatMap } from './heat-map';
import { MissingValues } from './missing-values';
import type { Group } from './use-groups';

interface Props {
  groups: Group[];
  asOf: Month;
  since: Day;
  today: Day;
  onCompare: (since: Day) => void;
  /** Whether the shown data is about to be replaced. */
  outdated: boolean;
}

export function Board({ groups, asOf, since, today, onCompare, outdated }: Props) {
  return (
    <div className={classes.board} aria-busy={outdated}>
      <CircleCards groups={groups} />
      <HeatMap groups={groups} asOf={asOf} />
      <ChangesSince groups={groups} since={since} today={today} onChoose={onCompare} />
      <MissingValues groups={groups} />
    </div>
  );
}
