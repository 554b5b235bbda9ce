/** One circle: its progress and its KPIs. */
import { Trans } from '@lingui/react/macro';
import type { CircleOverview } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { CircleProgress } from './circle-progress';
import { KpiRow } from './kpi-row';
import classes from './overview.module.css';
import { ProgressBar } from './progress-bar';
import type { Row } from './rows';

export function CircleGroup({ circle, rows }: { circle: CircleOverview; rows: Row[] }) {
  return (
    <tbody className={classes.group}>
      <tr className={classes.circle}>
        <th scope="rowgroup" colSpan={8}>
          <div className={classes.circleLine}>
            <span className={classes.circleName}>{circle.name}</span>
            {(circle.activeCount ?? 0) > 0 && (
              <CircleProgress
                circle={circle}
                gauge={circle.progress !== undefined && <ProgressBar progress={circle.progress} />}
              />
            )}
          </div>
        </th>
      </tr>
      {rows.length === 0 && (
        <tr className={classes.row}>
          <td colSpan={8} className="quiet">
            <Trans>This circle has no KPIs yet. A gatekeeper can define them.</Trans>
          </td>
        </tr>
      )}
      {rows.map((row) => (
        <KpiRow key={row.id} row={row} />
      ))}
    </tbody>
  );
}
