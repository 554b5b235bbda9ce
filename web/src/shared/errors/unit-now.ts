/** The unit of a KPI, where a number was refused because it was seen in another one. */
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { UNITS } from '#shared/kpis/names';
import { refusalOf } from './refusal';

/** Absent for every other error, and for a unit that this client does not know yet. */
export function unitNow(error: unknown): Unit | undefined {
  const { reason, metadata } = refusalOf(error);
  if (reason !== 'UNIT_CHANGED') return undefined;
  return UNITS.find((unit) => `UNIT_${Unit[unit]}` === metadata.unit);
}
