import { useLingui } from '@lingui/react/macro';
import type { Column } from './address';

/** What stands above the columns, and before the figures where there is no head. */
export function useColumnNames(): Record<Column, string> {
  const { t } = useLingui();
  return {
    name: t`KPI`,
    value: t`Newest value`,
    previous: t`Against the period before`,
    year: t`Against the year before`,
    progress: t`Progress`,
    target: t`Target`,
  };
}
