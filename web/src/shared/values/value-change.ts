/** The calls that change a value, and the refusals that mean a conflict. */
import { type Client, Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb';
import type { KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { refusalOf } from '#shared/errors/refusal';
import type { Month } from '#shared/periods/months';

/** A call that may be repeated: the server recognises it by its id. */
export interface Attempt {
  requestId: string;
  change: Change;
}

/**
 * A number carries the unit in which the person saw it. The server refuses a new number if the unit
 * has changed.
 */
export type Change =
  /** For a period that was blank or marked when the person saw it. `id` is set if the server has a record. */
  | { kind: 'record'; id?: string; etag: string; value: number; unit: Unit; comment?: string }
  /** Without `comment`, the existing comment stays. */
  | { kind: 'correct'; id: string; etag: string; value: number; unit: Unit; comment?: string }
  | { kind: 'retract'; id: string; etag: string }
  /** Marks the period as having nothing to report. */
  | { kind: 'mark'; id?: string; etag: string; reason: string }
  /** Changes only the comment. The number stays, in any unit. */
  | { kind: 'comment'; id: string; etag: string; number: number; unit: Unit; comment: string };

/** The period of a KPI, named by its last month. */
export interface KpiPeriod {
  kpiId: string;
  period: Month | undefined;
}

/** Returns the value after the change. */
export async function makeChange(
  client: Client<typeof KpiValueService>,
  kpiPeriod: KpiPeriod,
  { requestId, change }: Attempt,
): Promise<KpiValue | undefined> {
  const { etag } = change;
  const { kpiId, period } = kpiPeriod;
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

/**
 * Repeats a change whose earlier attempt may have reached the server. The server then repeats its first
 * response. If the value has changed since, this fails as if the other change had come first.
 */
export async function repeatChange(
  client: Client<typeof KpiValueService>,
  kpiPeriod: KpiPeriod,
  attempt: Attempt,
): Promise<KpiValue | undefined> {
  const then = await makeChange(client, kpiPeriod, attempt);
  if (then === undefined) return undefined;
  const { kpiValue: now } = await client.getKpiValue({ kpiValueId: then.id });
  if (now?.etag === then.etag) return now;
  const value = { domain: 'kreis.kpi', reason: 'ETAG_MISMATCH', metadata: { kpi_value_id: then.id } };
  throw new ConnectError('the value has changed since', Code.FailedPrecondition, undefined, [
    { desc: ErrorInfoSchema, value },
  ]);
}

/** Whether another change came first. The client then shows both versions. */
export function isOvertaken(error: unknown): boolean {
  return ['ETAG_MISMATCH', 'VALUE_RETRACTED', 'NOTHING_TO_REPORT', 'ALREADY_RECORDED'].includes(
    refusalOf(error).reason,
  );
}
