/** The fields of one KPI in the heat map. */
import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import type { SparklinePoint } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { KpiState } from '#gen/kreis/kpi/v1/state_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';
import { endsPeriod, monthKey } from '#shared/periods/months';
import { STATE_NAMES } from '#shared/states/names';
import classes from './board.module.css';
import type { HeatMapMonth } from './heat-map-months';
import type { Row } from './rows';

interface Props {
  row: Row;
  months: HeatMapMonth[];
}

export function HeatMapRow({ row, months }: Props) {
  const points = new Map(row.sparkline.map((point) => [point.period && monthKey(point.period), point]));
  return (
    <tr data-kpi={row.id}>
      <th scope="row">
        <Link to="/kpis/$kpiId" params={{ kpiId: row.id }} className={classes.kpiName} tabIndex={-1}>
          {row.name}
        </Link>
      </th>
      {months.map(({ key, month }) => (
        <Field
          key={key}
          month={key}
          row={row}
          point={endsPeriod(row.periodicity, month) ? points.get(key) : undefined}
        />
      ))}
    </tr>
  );
}

/** A month that ends no period of the KPI has an empty field without a name. */
function Field({ month, row, point }: { month: string; row: Row; point: SparklinePoint | undefined }) {
  const { i18n, t } = useLingui();
  const format = useNumberFormat();
  if (point === undefined) return <td data-none />;
  const { value, state, nothingToReport } = point;
  const about =
    value !== undefined
      ? `${formatValue(value, row.unit, format)}, ${i18n._(STATE_NAMES[state])}`
      : nothingToReport
        ? t`nothing to report`
        : t`no value`;
  return (
    <td
      tabIndex={-1}
      aria-label={about}
      data-month={month}
      {...(value !== undefined && { 'data-state': KpiState[state], 'data-shade': shadeOf(point) })}
      {...(nothingToReport && { 'data-nothing': true })}
    />
  );
}

/** Points of progress from which a distance has the strong shade of its state. */
const FAR = 20;

function shadeOf({ distancePoints }: SparklinePoint): 'near' | 'far' {
  return distancePoints !== undefined && Math.abs(distancePoints) >= FAR ? 'far' : 'near';
}
