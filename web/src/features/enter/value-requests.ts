/** The requests that save and read values. */
import { createClient, type Transport } from '@connectrpc/connect';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { refusalOf } from '#shared/errors/refusal';
import { unitNow } from '#shared/errors/unit-now';
import type { Month } from '#shared/periods/months';
import {
  type Attempt,
  type Change,
  isOvertaken,
  makeChange,
  repeatChange,
} from '#shared/values/value-change';

export interface ValueRequests {
  /** Returns the value after the change. `isRepeated`: an earlier attempt may have reached the server. */
  save(kpiId: string, attempt: Attempt, isRepeated: boolean): Promise<KpiValue | undefined>;
  read(kpiValueId: string): Promise<KpiValue | undefined>;
  /** The value of the KPI's period; absent if the period is blank. */
  find(kpiId: string): Promise<KpiValue | undefined>;
}

interface Listener {
  /** The server has saved a change. */
  onSaved: () => void;
  /** The KPI's unit differs from the unit on the screen. */
  onUnitChanged: () => void;
}

export function createValueRequests(transport: Transport, period: Month, listener: Listener): ValueRequests {
  const client = createClient(KpiValueService, transport);
  return {
    async save(kpiId, attempt, isRepeated) {
      try {
        const value = await (isRepeated ? repeatChange : makeChange)(client, { kpiId, period }, attempt);
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

/**
 * Returns a function that reads the conflicting value; absent if the change was refused for another
 * reason.
 */
export function theirsInTheWay(
  requests: ValueRequests,
  kpiId: string,
  change: Change,
  error: unknown,
): (() => Promise<KpiValue | undefined>) | undefined {
  if (!isOvertaken(error)) return undefined;
  const { kpi_value_id: id = change.id } = refusalOf(error).metadata;
  // A retracted value can only be read by its id.
  return id === undefined ? () => requests.find(kpiId) : () => requests.read(id);
}
