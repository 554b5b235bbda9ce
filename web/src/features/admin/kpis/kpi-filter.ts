/** The filter of the KPI list. It is stored in the address. */
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { readId } from '#shared/ids/read-id';
import { isFound } from '#shared/texts/search';

export interface KpiFilter {
  search?: string;
  /** Id of a circle; absent for all circles. */
  circle?: string;
  /** Absent for both states. */
  state?: 'active' | 'inactive';
}

export function readKpiFilter({ search, state, ...address }: Record<string, unknown>): KpiFilter {
  const circle = readId(address.circle);
  return {
    ...(typeof search === 'string' && { search }),
    ...(circle !== undefined && { circle }),
    ...((state === 'active' || state === 'inactive') && { state }),
  };
}

export function passes(kpi: Kpi, { search = '', circle, state }: KpiFilter): boolean {
  if (circle !== undefined && kpi.circleId !== circle) return false;
  if (state !== undefined && kpi.active !== (state === 'active')) return false;
  return isFound(`${kpi.name} ${kpi.description} ${kpi.steward?.displayName ?? ''}`, search);
}
