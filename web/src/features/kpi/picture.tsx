/** The chart as a picture for use elsewhere: it names the KPI, its circle, the years and the unit. */
import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { UNIT_NAMES } from '#shared/kpis/names';
import classes from './chart.module.css';
import type { ChartShape } from './chart-shape';
import { Drawing } from './drawing';
import { SIGN, Sign, useLegend } from './legend';
import { pngOf } from './png';

const WIDTH = 800;
const MARGIN = 24;
const CHART_HEIGHT = 320;
const NAME_LINE = 28;
/** The letters of the name that fit on a line. */
const NAME_LETTERS = 60;
const LINE = 24;

export interface PictureProps {
  kpi: Kpi;
  shape: ChartShape;
  onDrawn: (png: Blob) => void;
}

/** Invisible, but within the page, because its styles apply only there. */
export function Picture({ kpi, shape, onDrawn }: PictureProps) {
  const { i18n } = useLingui();
  const drawing = useRef<SVGSVGElement>(null);
  useEffect(() => {
    if (drawing.current === null) return;
    let wanted = true;
    void pngOf(drawing.current).then((png) => wanted && onDrawn(png));
    return () => {
      wanted = false;
    };
  }, [onDrawn]);
  const legend = useLegend(shape);
  const name = linesOf(kpi.name);
  const facts = [kpi.circleName, yearsOf(shape), i18n._(UNIT_NAMES[kpi.unit])].join(' · ');
  const top = MARGIN + name.length * NAME_LINE + LINE;
  const bottom = top + CHART_HEIGHT;
  const height = bottom + Math.ceil(legend.length / 2) * LINE + MARGIN;
  return (
    <svg
      ref={drawing}
      className={classes.picture}
      width={WIDTH}
      height={height}
      viewBox={`0 0 ${WIDTH} ${height}`}
      xmlns="http://www.w3.org/2000/svg"
      aria-hidden="true"
    >
      <rect width={WIDTH} height={height} fill="white" />
      {name.map((line, index) => (
        <text key={line} className={classes.name} x={MARGIN} y={MARGIN + NAME_LINE * (index + 0.6)}>
          {line}
        </text>
      ))}
      <text className={classes.facts} x={MARGIN} y={top - LINE * 0.5}>
        {facts}
      </text>
      <g transform={`translate(${MARGIN} ${top})`}>
        <Drawing kpi={kpi} shape={shape} width={WIDTH - 2 * MARGIN} height={CHART_HEIGHT} />
      </g>
      {legend.map(({ name, sign }, index) => {
        const x = MARGIN + ((index % 2) * (WIDTH - 2 * MARGIN)) / 2;
        const y = bottom + Math.floor(index / 2) * LINE + LINE / 2;
        return (
          <g key={name} transform={`translate(${x} ${y})`}>
            <g transform={`translate(0 ${-SIGN.height / 2})`}>
              <Sign of={sign} />
            </g>
            <text className={classes.facts} x={SIGN.width + 8} dy="0.35em">
              {name}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** `2026`, or `2017–2026`. */
function yearsOf({ slots }: ChartShape): string {
  return [...new Set([slots[0]?.year, slots.at(-1)?.year])].join('–');
}

/** Breaks the name between words, and breaks words that are longer than a line. */
function linesOf(name: string): string[] {
  const words = name
    .split(/\s+/)
    .flatMap((word) => word.match(new RegExp(`.{1,${NAME_LETTERS}}`, 'gu')) ?? []);
  const lines: string[] = [];
  for (const word of words) {
    const longer = [lines.at(-1), word].filter((part) => part !== undefined).join(' ');
    if (lines.length > 0 && longer.length <= NAME_LETTERS) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
