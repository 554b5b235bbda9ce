/** The numeric cells of a row in the table of values. */
import { Plural, Trans } from '@lingui/react/macro';
import { type Kpi, type KpiValue, KpiValueState, Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatSum, formatValue, isFlow } from '#shared/numbers/units';
import { hasPace, paceTo, targetOf } from './chart-shape';
import { ExplainedProgress } from './explanation';
import classes from './kpi.module.css';
import type { PeriodRow } from './values';

/** The optional columns of a KPI. A yearly KPI has no sum, because its sum is its value. */
export function columnsOf(kpi: Kpi) {
  const sums = isFlow(kpi.unit) && kpi.periodicity !== Periodicity.YEARLY;
  return { sums, pace: hasPace(kpi), progress: kpi.targets.length > 0 };
}

interface Props {
  kpi: Kpi;
  row: PeriodRow;
  /** The name of its period. */
  name: string;
  /** The values behind the progress. */
  sources: readonly KpiValue[];
  /** Whether the explanation of the progress is open when the page opens. */
  explained: boolean;
}

export function Figures({ kpi, row, name, sources, explained }: Props) {
  const { unit } = kpi;
  const { value, yearBefore, point } = row;
  const format = useNumberFormat();
  const { sums, pace, progress } = columnsOf(kpi);
  const show = (number: number | undefined) =>
    number === undefined ? undefined : formatValue(number, unit, format);
  const sum = sums && point?.sum !== undefined ? formatSum(point.sum, unit, format) : undefined;
  const target = pace ? targetOf(kpi.targets, row.period.year) : undefined;
  const steady = target && show(Number(paceTo(target, row.period.month).toFixed(2)));
  const missing = point?.missingPeriods.length ?? 0;
  return (
    <>
      <td className={classes.figure}>
        {value?.state === KpiValueState.NOTHING_TO_REPORT ? (
          <span className={classes.note}>
            <Trans>nothing to report</Trans>
          </span>
        ) : (
          <span>{show(value?.value)}</span>
        )}
        {/* For screens that are too narrow for columns. */}
        <div className={`${classes.note} ${classes.narrow}`}>
          {sum !== undefined && (
            <div>
              <Trans>Sum: {sum}</Trans>
            </div>
          )}
          {steady !== undefined && (
            <div>
              <Trans>Pace: {steady}</Trans>
            </div>
          )}
        </div>
        {value !== undefined && value.comment !== '' && (
          <div className={`${classes.note} ${classes.comment}`}>{value.comment}</div>
        )}
      </td>
      <td className={`${classes.figure} ${classes.wide} quiet`}>{show(yearBefore)}</td>
      {sums && <td className={`${classes.figure} ${classes.wide}`}>{sum}</td>}
      {pace && <td className={`${classes.figure} ${classes.wide} quiet`}>{steady}</td>}
      {progress && (
        <td className={classes.figure}>
          {point !== undefined && (
            <ExplainedProgress kpi={kpi} point={point} period={name} values={sources} opened={explained} />
          )}
          {sums && missing > 0 && (
            <div className={classes.note}>
              <Plural value={missing} one="# period missing" other="# periods missing" />
            </div>
          )}
        </td>
      )}
    </>
  );
}
