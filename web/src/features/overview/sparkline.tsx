/** The course of a KPI's values at a glance, and the same in words. */
import { useLingui } from '@lingui/react/macro';
import type { SparklinePoint } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';
import { periodName } from '#shared/periods/names';
import classes from './overview.module.css';
import type { Row } from './rows';
import { linesOf } from './sparkline-lines';

const WIDTH = 96;
const HEIGHT = 28;
/** Space for the dot of the newest value, in px. */
const EDGE = 3;

export function Sparkline({ row }: { row: Row }) {
  const lines = linesOf(
    row.sparkline.map(({ value }) => value),
    WIDTH - 2 * EDGE,
    HEIGHT - 2 * EDGE,
  );
  const words = useWords(row);
  const last = lines.at(-1)?.at(-1);
  return (
    <svg
      className={classes.sparkline}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`${-EDGE} ${-EDGE} ${WIDTH} ${HEIGHT}`}
      role="img"
    >
      <title>{words}</title>
      {lines.map((line) => (
        <polyline key={line[0]?.x} points={line.map(({ x, y }) => `${x},${y}`).join(' ')} />
      ))}
      {lines
        .filter(({ length }) => length === 1)
        .map(([alone]) => alone && <circle key={alone.x} cx={alone.x} cy={alone.y} r={1.5} />)}
      {last !== undefined && <circle cx={last.x} cy={last.y} r={2.5} />}
    </svg>
  );
}

function useWords({ sparkline, unit, periodicity }: Row): string {
  const { t, i18n } = useLingui();
  const format = useNumberFormat();
  const name = (point: SparklinePoint | undefined) =>
    point?.period === undefined ? '' : periodName(point.period, periodicity, i18n);
  const from = name(sparkline[0]);
  const to = name(sparkline.at(-1));
  const known = sparkline.map(({ value }) => value).filter((value) => value !== undefined);
  if (known.length === 0) return t`${from} to ${to}: no values`;
  const lowest = formatValue(Math.min(...known), unit, format);
  const highest = formatValue(Math.max(...known), unit, format);
  const blank = sparkline.length - known.length;
  return blank === 0
    ? t`${from} to ${to}: lowest ${lowest}, highest ${highest}`
    : t`${from} to ${to}: lowest ${lowest}, highest ${highest}, blank: ${blank}`;
}
