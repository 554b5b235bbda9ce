/** The current unit of a KPI, if the server refused a number that was seen in another unit. */
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { UNITS } from '#shared/kpis/names';
import { refusalOf } from './refusal';

/** Absent for every other error, and for a unit that this client does not know. */
export function unitNow(error: unknown): Unit | undefined {
  const { reason, metadata } = refusalOf(error);
  if (reason !== 'UNIT_CHANGED') return undefined;
  return UNITS.find((unit) => `UNIT_${Unit[unit]}` === metadata.unit);
}
