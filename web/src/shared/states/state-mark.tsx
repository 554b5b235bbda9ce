/** The state of a KPI: an icon and a word. The shape of the icon differs as well as its colour. */
import { useLingui } from '@lingui/react';
import { KpiState } from '#gen/kreis/kpi/v1/state_pb';
import { STATE_NAMES } from './names';
import classes from './states.module.css';

export function StateMark({ state }: { state: KpiState }) {
  const { i18n } = useLingui();
  return (
    <span className={classes.mark} data-state={KpiState[state]}>
      <svg className={classes.icon} viewBox="0 0 12 12" aria-hidden>
        <path d={SHAPES[state]} />
      </svg>
      {i18n._(STATE_NAMES[state])}
    </span>
  );
}

const CIRCLE = 'M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0 -10z';
const RING = `${CIRCLE}M6 2.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0 -7z`;

/** A disc, a ring filled below, a triangle that points down, and an empty ring. */
const SHAPES: Record<KpiState, string> = {
  [KpiState.UNSPECIFIED]: RING,
  [KpiState.ON_TRACK]: CIRCLE,
  [KpiState.SLIGHTLY_BEHIND]:
    'M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0 -10zM6 2.5a3.5 3.5 0 0 0 -3.5 3.5h7a3.5 3.5 0 0 0 -3.5 -3.5z',
  [KpiState.BEHIND]: 'M0.5 1.5h11l-5.5 9.5z',
  [KpiState.NO_STATEMENT]: RING,
};
