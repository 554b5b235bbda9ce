/** The circles, the states of thirteen months, and what is missing. */
import type { Month } from '#shared/periods/months';
import classes from './board.module.css';
import { CircleCards } from './circle-cards';
import { HeatMap } from './heat-map';
import { MissingValues } from './missing-values';
import type { Group } from './use-groups';

interface Props {
  groups: Group[];
  asOf: Month;
  /** Whether the shown data is about to be replaced. */
  outdated: boolean;
}

export function Board({ groups, asOf, outdated }: Props) {
  return (
    <div className={classes.board} aria-busy={outdated}>
      <CircleCards groups={groups} />
      <HeatMap groups={groups} asOf={asOf} />
      <MissingValues groups={groups} />
    </div>
  );
}
