/** The values as a picture; the table below it says the same in numbers. */
import { Trans, useLingui } from '@lingui/react/macro';
import { useElementSize } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { LOCALE_OF, useNumberFormat } from '#shared/numbers/formats';
import { formatSum } from '#shared/numbers/units';
import { periodName, periodNameInYear } from '#shared/periods/names';
import classes from './chart.module.css';
import { type ChartShape, chartShape, type LineName, roundTicks } from './chart-shape';
import type { PeriodRow } from './values';

const HEIGHT = 240;
const EDGE = { top: 12, right: 8, bottom: 26, left: 56 };
/** Enough room for a name of three or four letters. */
const ROOMY = 40;

export function Chart({ kpi, rows }: { kpi: Kpi; rows: readonly PeriodRow[] }) {
  const { t } = useLingui();
  const { ref, width } = useElementSize();
  const shape = chartShape(kpi, rows);
  if (shape.values.every((value) => value === undefined)) return null;
  return (
    <figure className={classes.figure}>
      <div ref={ref} style={{ height: HEIGHT }}>
        {width > 0 && (
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={t`Chart of the values in the table below`}
          >
            <Drawing kpi={kpi} shape={shape} width={width} />
          </svg>
        )}
      </div>
      <Legend shape={shape} />
    </figure>
  );
}

function Drawing({ kpi, shape, width }: { kpi: Kpi; shape: ChartShape; width: number }) {
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const shown = [...shape.values, ...shape.lines.flatMap(({ values }) => values)];
  const numbers = shown.filter((value) => value !== undefined);
  const ticks = roundTicks(shape.kind === 'line' ? numbers : [0, ...numbers]);
  const least = ticks[0] ?? 0;
  const greatest = ticks.at(-1) ?? 1;
  const slot = (width - EDGE.left - EDGE.right) / shape.slots.length;
  const x = (index: number) => EDGE.left + slot * (index + 0.5);
  const y = (value: number) =>
    EDGE.top + (HEIGHT - EDGE.top - EDGE.bottom) * (1 - (value - least) / (greatest - least));
  const short = new Intl.NumberFormat(LOCALE_OF[format], { notation: 'compact' });
  const name = (index: number) => {
    const period = shape.slots[index];
    if (period === undefined) return '';
    const whole = periodNameInYear(period, kpi.periodicity, i18n);
    return whole.slice(0, /^\d|^[A-Z]\d/.test(whole) ? undefined : slot < ROOMY ? 1 : 3);
  };

  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className={classes.grid} x1={EDGE.left} x2={width - EDGE.right} y1={y(tick)} y2={y(tick)} />
          <text className={classes.label} x={EDGE.left - 8} y={y(tick)} dy="0.35em" textAnchor="end">
            {short.format(tick)}
          </text>
        </g>
      ))}
      {shape.slots.map(({ year, month }, index) => (
        <text
          key={`${year}-${month}`}
          className={classes.label}
          x={x(index)}
          y={HEIGHT - 8}
          textAnchor="middle"
        >
          {name(index)}
        </text>
      ))}
      {shape.kind === 'area' && (
        <path className={classes.area} d={area(shape.values, x, y, y(Math.max(0, least)))} />
      )}
      {shape.kind !== 'bars' && <path className={classes.value} d={path(shape.values, x, y)} />}
      {shape.values.map((value, index) => {
        const period = shape.slots[index];
        if (value === undefined || period === undefined) return null;
        const said = `${periodName(period, kpi.periodicity, i18n)}: ${formatSum(value, kpi.unit, format)}`;
        return (
          <Mark key={said} said={said}>
            {shape.kind === 'bars' ? (
              <rect
                className={classes.bar}
                x={x(index) - Math.min(slot * 0.3, 32)}
                width={Math.min(slot * 0.6, 64)}
                y={Math.min(y(value), y(0))}
                height={Math.max(Math.abs(y(value) - y(0)), 1)}
              />
            ) : (
              <circle className={classes.point} cx={x(index)} cy={y(value)} r={4} />
            )}
          </Mark>
        );
      })}
      {shape.lines.map((line) => (
        <path
          key={line.name}
          className={classes[line.name]}
          d={shape.kind === 'bars' ? dashes(line.values, x, y, slot * 0.42) : path(line.values, x, y)}
        />
      ))}
    </>
  );
}

/** Says its number to whoever points at it. */
function Mark({ said, children }: { said: string; children: ReactNode }) {
  return (
    <g>
      <title>{said}</title>
      {children}
    </g>
  );
}

function Legend({ shape: { kind, lines } }: { shape: ChartShape }) {
  return (
    <figcaption className={classes.legend}>
      <Key className={kind === 'bars' ? classes.bar : classes.value}>
        {kind === 'area' ? <Trans>Sum of the year</Trans> : <Trans>Value</Trans>}
      </Key>
      {lines.map(({ name }) => (
        <Key key={name} className={classes[name]}>
          <LineLabel name={name} />
        </Key>
      ))}
    </figcaption>
  );
}

function LineLabel({ name }: { name: LineName }) {
  switch (name) {
    case 'baseline':
      return <Trans>Baseline</Trans>;
    case 'target':
      return <Trans>Target</Trans>;
    case 'pace':
      return <Trans>Steady pace to the target</Trans>;
  }
}

function Key({ className, children }: { className: string | undefined; children: ReactNode }) {
  return (
    <span className={classes.key}>
      <svg width="28" height="10" aria-hidden="true">
        <path className={className} d="M1 5H27" />
      </svg>
      {children}
    </span>
  );
}

type Place = (of: number) => number;

/** A line that breaks off where there is no number. */
function path(values: readonly (number | undefined)[], x: Place, y: Place): string {
  return values
    .map((value, index) => {
      if (value === undefined) return '';
      return `${values[index - 1] === undefined ? 'M' : 'L'}${x(index)} ${y(value)}`;
    })
    .join('');
}

function area(values: readonly (number | undefined)[], x: Place, y: Place, ground: number): string {
  const known = values.flatMap((value, index) => (value === undefined ? [] : [{ value, index }]));
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined) return '';
  const top = known.map(({ value, index }) => `L${x(index)} ${y(value)}`).join('');
  return `M${x(first.index)} ${ground}${top}L${x(last.index)} ${ground}Z`;
}

/** A short level line for each slot. */
function dashes(values: readonly (number | undefined)[], x: Place, y: Place, half: number): string {
  return values
    .map((value, index) => (value === undefined ? '' : `M${x(index) - half} ${y(value)}H${x(index) + half}`))
    .join('');
}
