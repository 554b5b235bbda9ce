import { useLingui } from '@lingui/react/macro';
import type { Column } from './address';

/** The names in the column headers, and before the figures on narrow screens. */
export function useColumnNames(): Record<Column, string> {
  const { t } = useLingui();
  return {
    name: t`KPI`,
    value: t`Newest value`,
    previous: t`Against the period before`,
    year: t`Against the year before`,
    progress: t`Progress`,
    state: t`State`,
    target: t`Target`,
  };
}
