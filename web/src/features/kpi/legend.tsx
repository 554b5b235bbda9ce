/** The legend of a chart. */

import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import classes from './chart.module.css';
import type { ChartShape, Figure, Measure } from './chart-shape';

const NAMES: Record<(Figure | Measure)['name'], MessageDescriptor> = {
  value: msg`Value`,
  sum: msg`Sum of the year`,
  baseline: msg`Baseline`,
  target: msg`Target`,
  pace: msg`Steady pace to the target`,
};

export interface LegendEntry {
  name: string;
  /** How it is drawn. */
  sign: 'line' | 'bars' | Measure['name'];
}

export function useLegend({ figures, measures }: ChartShape): LegendEntry[] {
  const { i18n } = useLingui();
  return [
    ...figures.map(({ name, form }) => ({ name, sign: form === 'bars' ? form : ('line' as const) })),
    ...measures.map(({ name }) => ({ name, sign: name })),
  ].map(({ name, sign }) => ({ name: i18n._(NAMES[name]), sign }));
}

/** The width and height of a sign, in pixels. */
export const SIGN = { width: 28, height: 10 };

export function Sign({ of }: { of: LegendEntry['sign'] }) {
  if (of === 'bars') return <rect className={classes.bars} x="1" y="1" width="26" height="8" />;
  return <path className={classes[of]} d="M1 5H27" />;
}
