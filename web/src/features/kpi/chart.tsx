/** The values as a chart. The table below it shows the same numbers. */
import { useLingui } from '@lingui/react/macro';
import { useElementSize } from '@mantine/hooks';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import classes from './chart.module.css';
import type { ChartShape } from './chart-shape';
import { Drawing } from './drawing';
import { SIGN, Sign, useLegend } from './legend';
import { usePaper } from './paper';

const HEIGHT = 240;
/** The width of a printed page, in CSS pixels. */
const PAPER_WIDTH = 680;

export function Chart({ kpi, shape }: { kpi: Kpi; shape: ChartShape }) {
  const { t } = useLingui();
  const { ref, width: room } = useElementSize();
  const width = usePaper() ? PAPER_WIDTH : room;
  return (
    <figure className={classes.figure}>
      <div ref={ref} className={classes.frame} style={{ minHeight: HEIGHT }}>
        {width > 0 && (
          <svg
            width={width}
            height={HEIGHT}
            viewBox={`0 0 ${width} ${HEIGHT}`}
            role="img"
            aria-label={t`Chart of the values in the table below`}
          >
            <Drawing kpi={kpi} shape={shape} width={width} height={HEIGHT} />
          </svg>
        )}
      </div>
      <Legend shape={shape} />
    </figure>
  );
}

function Legend({ shape }: { shape: ChartShape }) {
  return (
    <figcaption className={classes.legend}>
      {useLegend(shape).map(({ name, sign }) => (
        <span key={name} className={classes.key}>
          <svg {...SIGN} aria-hidden="true">
            <Sign of={sign} />
          </svg>
          {name}
        </span>
      ))}
    </figcaption>
  );
}
