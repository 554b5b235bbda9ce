/** The circles with the rows to show, in their order. */
import { useLingui } from '@lingui/react';
import { useMemo } from 'react';
import type { CircleOverview, GetOverviewResponse } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { sortedByName } from '#shared/texts/name-order';
import { isFound } from '#shared/texts/search';
import { type OverviewAddress, orderOf } from './address';
import { isIn, type Row, rowOf, sorted } from './rows';

export interface Group {
  circle: CircleOverview;
  rows: Row[];
}

/** A search or a filter hides the circles without a match. */
export function useGroups(
  overview: GetOverviewResponse | undefined,
  { sort, find = '', state }: OverviewAddress,
): Group[] | undefined {
  const { i18n } = useLingui();
  const all = useMemo(() => overview && groupsOf(overview), [overview]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sort order depends on the language
  return useMemo(
    () =>
      all &&
      sortedByName(all, ({ circle }) => circle.name)
        .map(({ circle, rows }) => {
          const found = rows.filter(
            (row) => isFound(row.name, find) && (state === undefined || isIn(row, state)),
          );
          return { circle, rows: sorted(found, orderOf(sort)) };
        })
        .filter(({ rows }) => (find === '' && state === undefined) || rows.length > 0),
    [all, find, sort, state, i18n.locale],
  );
}

function groupsOf({ circles, asOf }: GetOverviewResponse): Group[] {
  return circles.map((circle) => ({
    circle,
    rows: circle.kpis.map((kpi) => rowOf(kpi, asOf?.year ?? 0)).filter((row) => row !== undefined),
  }));
}
