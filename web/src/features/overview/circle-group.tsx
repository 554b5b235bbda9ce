/** A circle: how far it has got, and its KPIs. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { CircleOverview } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatShare } from '#shared/numbers/units';
import { KpiRow } from './kpi-row';
import classes from './overview.module.css';
import { ProgressBar } from './progress-bar';
import type { Row } from './rows';

export function CircleGroup({ circle, rows }: { circle: CircleOverview; rows: Row[] }) {
  return (
    <tbody className={classes.group}>
      <tr className={classes.circle}>
        <th scope="rowgroup" colSpan={7}>
          <div className={classes.circleLine}>
            <span className={classes.circleName}>{circle.name}</span>
            {circle.m > 0 && <CircleProgress circle={circle} />}
          </div>
        </th>
      </tr>
      {rows.length === 0 && (
        <tr className={classes.row}>
          <td colSpan={7} className="quiet">
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

function CircleProgress({ circle: { progress, n, m, oldestPeriod } }: { circle: CircleOverview }) {
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const oldest = oldestPeriod && nameOfMonth(oldestPeriod.month, i18n.locale);
  const figure = progress === undefined ? undefined : formatShare(progress, format);
  return (
    <span className={classes.circleProgress}>
      {progress === undefined ? (
        <Trans>No progress yet</Trans>
      ) : (
        <>
          <span className={classes.strong}>
            <Trans>Progress {figure}</Trans>
          </span>
          <ProgressBar progress={progress} />
        </>
      )}
      <span className="quiet">
        {oldest === undefined ? (
          <Plural value={m} one={`${n} of # KPI`} other={`${n} of # KPIs`} />
        ) : (
          <Plural
            value={m}
            one={`${n} of # KPI, oldest ${oldest}`}
            other={`${n} of # KPIs, oldest ${oldest}`}
          />
        )}
      </span>
    </span>
  );
}

/** Without its year: it lies in that of the month looked at. */
function nameOfMonth(month: number, locale: string): string {
  const middle = new Date(Date.UTC(2000, month - 1, 15));
  return new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }).format(middle);
}
