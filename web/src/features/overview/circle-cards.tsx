/** A card for each circle: its progress, its states, and what it has delivered. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CircleOverview } from '#gen/kreis/kpi/v1/kpi_service_pb';
import classes from './board.module.css';
import { CircleProgress } from './circle-progress';
import { Delivered } from './delivered';
import { StateBar } from './state-bar';
import type { Group } from './use-groups';

export function CircleCards({ groups }: { groups: Group[] }) {
  const { t } = useLingui();
  return (
    <ul className={classes.cards} aria-label={t`Circles`}>
      {groups.map(({ circle }) => (
        <CircleCard key={circle.circleId} circle={circle} />
      ))}
    </ul>
  );
}

function CircleCard({ circle }: { circle: CircleOverview }) {
  const { circleId, name, progress, activeCount = 0, stateCounts } = circle;
  return (
    <li className={classes.card}>
      <Ring progress={progress} />
      <div className={classes.cardText}>
        <Anchor
          inherit
          className={classes.circleName}
          renderRoot={(props) => (
            <Link {...props} from="/" to="/" search={(before) => ({ ...before, circle: circleId })} />
          )}
        >
          {name}
        </Anchor>
        {activeCount === 0 ? (
          <span className="quiet">
            <Trans>No KPIs yet</Trans>
          </span>
        ) : (
          <>
            <CircleProgress circle={circle} />
            {stateCounts !== undefined && (
              <>
                <StateBar counts={stateCounts} />
                <Delivered counts={stateCounts} />
              </>
            )}
          </>
        )}
      </div>
    </li>
  );
}

/** Hidden from screen readers, because the number beside it says the same. */
function Ring({ progress }: { progress: number | undefined }) {
  const done = Math.min(Math.max(progress ?? 0, 0), 100);
  return (
    <svg className={classes.ring} viewBox="0 0 40 40" aria-hidden>
      <circle className={classes.ringTrack} cx={20} cy={20} r={16} />
      {progress !== undefined && (
        <circle
          className={classes.ringDone}
          cx={20}
          cy={20}
          r={16}
          pathLength={100}
          strokeDasharray={`${done} 100`}
        />
      )}
    </svg>
  );
}
