/** The progress of a circle, with its formula, and how many KPIs took part. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useId } from 'react';
import type { Period } from '#gen/kreis/kpi/v1/kpi_pb';
import type { CircleOverview } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { type NumberFormat, useNumberFormat } from '#shared/numbers/formats';
import { formatShare } from '#shared/numbers/units';
import classes from './overview.module.css';

interface Props {
  circle: CircleOverview;
  /** Shown beside the number. */
  gauge?: ReactNode;
}

export function CircleProgress({ circle, gauge }: Props) {
  const { i18n } = useLingui();
  const { progress, withProgressCount: withProgress = 0, activeCount: active = 0, oldestPeriod } = circle;
  const id = useId();
  const format = useNumberFormat();
  const oldest = oldestPeriod && nameOfMonth(oldestPeriod.month, i18n.locale);
  const figure = progress === undefined ? undefined : formatShare(progress, format);
  return (
    <span className={classes.circleProgress}>
      {progress === undefined ? (
        <Trans>No progress yet</Trans>
      ) : (
        <>
          <button type="button" className={classes.explain} popoverTarget={id}>
            <Trans>Progress {figure}</Trans>
          </button>
          <div id={id} popover="auto" className={classes.explanation}>
            <CircleFormula circle={circle} figure={figure} format={format} />
          </div>
          {gauge}
        </>
      )}
      <span className="quiet">
        {oldest === undefined ? (
          <Plural value={active} one={`${withProgress} of # KPI`} other={`${withProgress} of # KPIs`} />
        ) : (
          <Plural
            value={active}
            one={`${withProgress} of # KPI, oldest ${oldest}`}
            other={`${withProgress} of # KPIs, oldest ${oldest}`}
          />
        )}
      </span>
    </span>
  );
}

/** The formula of the mean, and where the progress of each KPI is explained. */
function CircleFormula({ circle, figure, format }: FormulaProps) {
  const { name } = circle;
  const shares = circle.kpis.flatMap(({ kpi, newest }) =>
    kpi?.active === true && newest?.progress !== undefined && isOfYear(newest.period, circle)
      ? [formatShare(newest.progress, format)]
      : [],
  );
  return (
    <>
      <strong>
        <Trans>Progress of {name}</Trans>
      </strong>
      <p>
        <Trans>Mean progress of the active KPIs that have a value with a target in this year so far.</Trans>
      </p>
      <p>
        ({shares.join(' + ')}) ÷ {shares.length} = <strong>{figure}</strong>
      </p>
      <p className="quiet">
        <Trans>Choose the progress of a KPI to see the numbers behind it, and whose they are.</Trans>
      </p>
    </>
  );
}

/** Only progress of the shown year counts. */
function isOfYear(period: Period | undefined, { oldestPeriod }: CircleOverview): boolean {
  return period?.year === oldestPeriod?.year;
}

interface FormulaProps {
  circle: CircleOverview;
  figure: string | undefined;
  format: NumberFormat;
}

/** Without the year, because it is the year of the shown month. */
function nameOfMonth(month: number, locale: string): string {
  const middle = new Date(Date.UTC(2000, month - 1, 15));
  return new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }).format(middle);
}
