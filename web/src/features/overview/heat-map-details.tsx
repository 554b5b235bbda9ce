/** The details of the field of the heat map under the pointer or with the focus. */
import { Trans, useLingui } from '@lingui/react/macro';
import { KpiState } from '#gen/kreis/kpi/v1/state_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';
import { monthKey, monthName, readMonthKey } from '#shared/periods/months';
import { DistanceInPoints } from '#shared/states/distance';
import { StateMark } from '#shared/states/state-mark';
import classes from './board.module.css';
import type { Row } from './rows';

export function HeatMapDetails({ row, month }: { row: Row; month: string }) {
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const { name, unit } = row;
  const point = row.sparkline.find(({ period }) => period !== undefined && monthKey(period) === month);
  const shown = readMonthKey(month);
  if (point === undefined || shown === undefined) return null;
  const { value, state, distancePoints, nothingToReport } = point;
  return (
    <p className={classes.detail}>
      <strong>{name}</strong>, {monthName(shown, i18n.locale)}:{' '}
      {value !== undefined ? (
        <>
          {formatValue(value, unit, format)} {state !== KpiState.UNSPECIFIED && <StateMark state={state} />}{' '}
          {distancePoints !== undefined && (
            <DistanceInPoints distance={{ points: distancePoints }} unit={unit} />
          )}
        </>
      ) : nothingToReport ? (
        <Trans>nothing to report</Trans>
      ) : (
        <Trans>no value</Trans>
      )}
    </p>
  );
}
