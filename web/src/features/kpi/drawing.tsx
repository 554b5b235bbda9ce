/** The chart itself: lines and bars, in any size. */
import type { I18n } from '@lingui/core';
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { type Kpi, Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { shortPrinter, useNumberFormat } from '#shared/numbers/formats';
import { formatSum } from '#shared/numbers/units';
import type { Month } from '#shared/periods/months';
import { periodName, periodNameInYear } from '#shared/periods/names';
import classes from './chart.module.css';
import { area, line, roundTicks, steps } from './chart-lines';
import type { ChartShape, Figure } from './chart-shape';

const EDGE = { top: 12, right: 8, bottom: 26 };
/** The width of a letter in a label, and the space between labels, in pixels. */
const LETTER = 7.5;
const GAP = 8;
/** The pixels that a short name of a month needs. */
const ROOMY = 40;

interface Props {
  kpi: Kpi;
  shape: ChartShape;
  width: number;
  height: number;
}

export function Drawing({ kpi, shape: { slots, figures, measures }, width, height }: Props) {
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const shown = [...figures, ...measures].flatMap(({ numbers }) => numbers);
  const numbers = shown.filter((number) => number !== undefined);
  // Bars and areas show amounts, so their axis must contain zero. Lines show only positions.
  const { numbers: ticks, digits } = roundTicks(
    figures.some(({ form }) => form !== 'line') ? [0, ...numbers] : numbers,
  );
  const short = shortPrinter(format, i18n.locale, digits);
  const left = GAP + LETTER * Math.max(...ticks.map((tick) => short(tick).length));
  const right = width - EDGE.right;
  const bottom = height - EDGE.bottom;
  const least = ticks[0] ?? 0;
  const greatest = ticks.at(-1) ?? 1;
  const slot = (right - left) / slots.length;
  const x = (index: number) => left + slot * (index + 0.5);
  const y = (number: number) => bottom - ((bottom - EDGE.top) * (number - least)) / (greatest - least);
  const names = slots.map((period) => shortName(period, kpi.periodicity, slot, i18n));
  const every = Math.ceil((LETTER * Math.max(...names.map(({ length }) => length)) + GAP) / slot);

  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            className={tick === 0 && least < 0 ? classes.ground : classes.grid}
            x1={left}
            x2={right}
            y1={y(tick)}
            y2={y(tick)}
          />
          <text className={classes.label} x={left - GAP} y={y(tick)} dy="0.35em" textAnchor="end">
            {short(tick)}
          </text>
        </g>
      ))}
      {slots.map(({ year, month }, index) =>
        // If not all names fit, some are skipped, but never the newest.
        (slots.length - 1 - index) % every === 0 ? (
          <text
            key={`${year}-${month}`}
            className={classes.label}
            x={x(index)}
            y={height - GAP}
            textAnchor="middle"
          >
            {names[index]}
          </text>
        ) : null,
      )}
      {figures.map((figure) => (
        <FigureDrawing key={figure.name} figure={figure} x={x} y={y} slot={slot} said={said} />
      ))}
      {measures.map(({ name, numbers: series }) => (
        <path
          key={name}
          className={classes[name]}
          d={name === 'pace' ? line(series, x, y) : steps(series, x, y, slot * 0.5)}
        />
      ))}
    </>
  );

  function said(index: number, number: number): string {
    const period = slots[index];
    const name = period === undefined ? '' : periodName(period, kpi.periodicity, i18n);
    return `${name}: ${formatSum(number, kpi.unit, format)}`;
  }
}

interface FigureProps {
  figure: Figure;
  x: (index: number) => number;
  y: (number: number) => number;
  slot: number;
  said: (index: number, number: number) => string;
}

function FigureDrawing({ figure: { form, numbers }, x, y, slot, said }: FigureProps) {
  return (
    <>
      {form === 'area' && <path className={classes.area} d={area(numbers, x, y, y(0))} />}
      {form !== 'bars' && <path className={classes.line} d={line(numbers, x, y)} />}
      {numbers.map((number, index) => {
        if (number === undefined) return null;
        const words = said(index, number);
        return (
          <Mark key={words} said={words}>
            {form === 'bars' ? (
              <rect
                className={classes.bars}
                x={x(index) - Math.min(slot * 0.3, 32)}
                width={Math.min(slot * 0.6, 64)}
                y={Math.min(y(number), y(0))}
                height={Math.max(Math.abs(y(number) - y(0)), 1)}
              />
            ) : (
              <circle className={classes.point} cx={x(index)} cy={y(number)} r={4} />
            )}
          </Mark>
        );
      })}
    </>
  );
}

/** Shows its number as a tooltip. */
function Mark({ said, children }: { said: string; children: ReactNode }) {
  return (
    <g>
      <title>{said}</title>
      {children}
    </g>
  );
}

/** Months in short form or as one letter, depending on the space; other periods in full. */
function shortName(period: Month, periodicity: Periodicity, room: number, i18n: I18n): string {
  if (periodicity !== Periodicity.MONTHLY) return periodNameInYear(period, periodicity, i18n);
  const style = { month: room < ROOMY ? 'narrow' : 'short', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(i18n.locale, style).format(Date.UTC(period.year, period.month - 1, 15));
}
