/** How a value is changed: the calls, and what a refusal says of them. */
import type { Client } from '@connectrpc/connect';
import type { KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { refusalOf } from '#shared/errors/refusal';
import type { Month } from '#shared/periods/months';

/** A call that may be repeated: the server knows it again by its id. */
export interface Attempt {
  requestId: string;
  change: Change;
}

/** A number goes with the unit in which the person saw it: a new one is refused where the KPI has another. */
export type Change =
  /** In a period that was blank, or marked, when it was seen; `id` where the server had something there before. */
  | { kind: 'record'; id?: string; etag: string; value: number; unit: Unit; comment?: string }
  /** Without a comment, the one that is there stays. */
  | { kind: 'correct'; id: string; etag: string; value: number; unit: Unit; comment?: string }
  | { kind: 'retract'; id: string; etag: string }
  /** There is nothing to report. */
  | { kind: 'mark'; id?: string; etag: string; reason: string }
  /** The number stays, in whatever unit. */
  | { kind: 'comment'; id: string; etag: string; number: number; unit: Unit; comment: string };

/** The period of a KPI, named by its last month. */
export interface Place {
  kpiId: string;
  period: Month | undefined;
}

/** Returns the value as it stands afterwards. */
export async function makeChange(
  client: Client<typeof KpiValueService>,
  place: Place,
  { requestId, change }: Attempt,
): Promise<KpiValue | undefined> {
  const { etag } = change;
  const { kpiId, period } = place;
  const at = { kpiId, requestId, etag, ...(period !== undefined && { period }) };
  switch (change.kind) {
    case 'record': {
      const { value, unit: seenUnit, comment = '' } = change;
      return (await client.recordKpiValue({ ...at, value, seenUnit, comment })).kpiValue;
    }
    case 'mark':
      return (await client.markNothingToReport({ ...at, reason: change.reason })).kpiValue;
    case 'correct': {
      const { id: kpiValueId, value, unit: seenUnit, comment } = change;
      const said = comment !== undefined && { comment };
      const correction = { kpiValueId, etag, value, seenUnit, ...said, requestId };
      return (await client.correctKpiValue(correction)).kpiValue;
    }
    case 'comment': {
      const { id: kpiValueId, number: value, comment } = change;
      return (await client.correctKpiValue({ kpiValueId, etag, value, comment, requestId })).kpiValue;
    }
    case 'retract':
      return (await client.retractKpiValue({ kpiValueId: change.id, etag, requestId })).kpiValue;
  }
}

/** Whether another change came first, so that both versions are to be shown. */
export function isOvertaken(error: unknown): boolean {
  return ['ETAG_MISMATCH', 'VALUE_RETRACTED', 'NOTHING_TO_REPORT', 'ALREADY_RECORDED'].includes(
    refusalOf(error).reason,
  );
}
