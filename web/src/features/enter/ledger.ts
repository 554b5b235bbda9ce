/** The calls by which values are saved. */
import { createClient, type Transport } from '@connectrpc/connect';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { refusalOf } from '#shared/errors/refusal';
import { unitNow } from '#shared/errors/unit-now';
import type { Month } from '#shared/periods/months';
import { type Attempt, type Change, isOvertaken, makeChange } from '#shared/values/value-change';

export interface Ledger {
  /** Answers the value as it stands afterwards. */
  save(kpiId: string, attempt: Attempt): Promise<KpiValue | undefined>;
  read(kpiValueId: string): Promise<KpiValue | undefined>;
  /** What the period of a KPI holds; absent where it is blank. */
  find(kpiId: string): Promise<KpiValue | undefined>;
}

interface Listener {
  /** The server has a change. */
  onSaved: () => void;
  /** A KPI has another unit than the one on the screen. */
  onUnitChanged: () => void;
}

export function openLedger(transport: Transport, period: Month, listener: Listener): Ledger {
  const client = createClient(KpiValueService, transport);
  return {
    async save(kpiId, attempt) {
      try {
        const value = await makeChange(client, { kpiId, period }, attempt);
        listener.onSaved();
        return value;
      } catch (error) {
        if (unitNow(error) !== undefined) listener.onUnitChanged();
        throw error;
      }
    },
    async read(kpiValueId) {
      return (await client.getKpiValue({ kpiValueId })).kpiValue;
    },
    async find(kpiId) {
      const { kpiValues } = await client.listKpiValues({
        scope: { case: 'kpiId', value: kpiId },
        time: { case: 'range', value: { from: period, to: period } },
      });
      return kpiValues[0];
    },
  };
}

/** Reads what stood in the way of a change; absent where that was not why it was refused. */
export function theirsInTheWay(
  ledger: Ledger,
  kpiId: string,
  change: Change,
  error: unknown,
): (() => Promise<KpiValue | undefined>) | undefined {
  const { reason, metadata } = refusalOf(error);
  const { kpi_value_id: recorded } = metadata;
  if (reason === 'ALREADY_RECORDED' && recorded !== undefined) return () => ledger.read(recorded);
  if (!isOvertaken(error)) return undefined;
  const { id } = change;
  // A value that was taken back is only read by its id.
  return id === undefined ? () => ledger.find(kpiId) : () => ledger.read(id);
}
