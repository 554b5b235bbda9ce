/** Prepares months on the server before a test and reads them after it. */
import type { Page } from 'playwright-core';
import { callerOf } from './caller';
import { GATEKEEPER } from './kreis';

/** Numbers by the name of their KPI; absent if the period is blank or has nothing to report. */
export type Numbers = Record<string, number | undefined>;

/** For months written as `2015-09`. */
export async function monthsOf(url: string, email: string = GATEKEEPER) {
  const caller = await callerOf(url, email);

  async function valuesOf(month: string) {
    const time = { case: 'range', value: { from: periodOf(month), to: periodOf(month) } } as const;
    const [{ kpiValues }, { kpis }] = await Promise.all([
      caller.values.listKpiValues({ time, pageSize: 500 }),
      caller.kpis.listKpis({ pageSize: 500 }),
    ]);
    return kpiValues.map((value) => ({ value, name: kpis.find(({ id }) => id === value.kpiId)?.name ?? '' }));
  }

  return {
    caller,

    async fill(month: string, numbers: Numbers): Promise<void> {
      const { kpis } = await caller.kpis.listKpis({ pageSize: 500 });
      for (const [name, value] of Object.entries(numbers)) {
        const kpiId = kpis.find((kpi) => kpi.name === name)?.id ?? '';
        const requestId = crypto.randomUUID();
        await caller.values.recordKpiValue({ kpiId, period: periodOf(month), value: value ?? 0, requestId });
      }
    },

    async numbers(month: string): Promise<Numbers> {
      const values = await valuesOf(month);
      return Object.fromEntries(values.map(({ value, name }) => [name, value.value]));
    },

    /** How often a value was changed, including the first entry. The log contains each change. */
    async version(month: string, kpi: string): Promise<number> {
      return Number((await valuesOf(month)).find(({ name }) => name === kpi)?.value.etag);
    },

    /** Without `comment`, the existing comment stays. */
    async correct(month: string, kpi: string, value: number, comment?: string): Promise<void> {
      const found = (await valuesOf(month)).find(({ name }) => name === kpi);
      const kpiValueId = found?.value.id ?? '';
      await caller.values.correctKpiValue({ kpiValueId, value, ...(comment !== undefined && { comment }) });
    },

    async comment(month: string, kpi: string): Promise<string | undefined> {
      return (await valuesOf(month)).find(({ name }) => name === kpi)?.value.comment;
    },
  };
}

function periodOf(month: string) {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return { year, month: number };
}

/** Counts the calls of a page that change values, from this call on. */
export function countWrites(page: Page): () => number {
  let writes = 0;
  page.on('request', (request) => {
    if (/\/(RecordKpiValue|CorrectKpiValue|RetractKpiValue|MarkNothingToReport)$/.test(request.url()))
      writes += 1;
  });
  return () => writes;
}
