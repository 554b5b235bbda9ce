/** Measures the client against its limits and prints a table. */
import type { Browser } from 'playwright-core';
import { ECONOMIST } from '../tests/browser/kreis';
import { openBrowser, Visitor } from '../tests/browser/visitor';
import { typeMonth } from './grid';
import { buildHouse, type House, KPIS } from './house';
import { loadOverview } from './overview';
import { sizes } from './sizes';

const ROUNDS = 5;

interface Figure {
  measured: number;
  limit: number;
  unit: string;
}

export async function measure(): Promise<void> {
  const house = await buildHouse();
  const browser = await openBrowser();
  try {
    print({
      ...(await measureSpeed(browser, house)),
      ...(await sizes(browser, house.kreis.url)),
    });
  } finally {
    await browser.close();
    await house.kreis.remove();
  }
}

async function measureSpeed(browser: Browser, house: House): Promise<Record<string, Figure>> {
  const visitor = await Visitor.arrive(browser, house.kreis.url, {});
  await visitor.page.goto('/');
  await visitor.signIn(ECONOMIST);
  await visitor.page.getByRole('table').waitFor();
  const fresh: number[] = [];
  const cached: number[] = [];
  let calls = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = await loadOverview(visitor.page, KPIS, false);
    const again = await loadOverview(visitor.page, KPIS, true);
    fresh.push(first.usableMs);
    cached.push(again.usableMs);
    calls = Math.max(calls, first.calls, again.calls);
  }
  const blocks: number[] = [];
  for (const month of house.months) blocks.push(await typeMonth(visitor.page, KPIS, month));
  await visitor.leave();
  return {
    [`overview of ${KPIS} KPIs, first visit`]: { measured: median(fresh), limit: 1500, unit: 'ms' },
    [`overview of ${KPIS} KPIs, later visit`]: { measured: median(cached), limit: 1500, unit: 'ms' },
    'calls of the overview': { measured: calls, limit: 4, unit: '' },
    [`longest block while typing ${KPIS} values`]: { measured: Math.max(...blocks), limit: 50, unit: 'ms' },
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function print(figures: Record<string, Figure>): void {
  const rows = Object.entries(figures).map(([name, { measured, limit, unit }]) => [
    name,
    `${Math.round(measured)} ${unit}`,
    `${limit} ${unit}`,
    measured <= limit ? 'met' : 'NOT MET',
  ]);
  const table = [['', 'measured', 'limit', ''], ['---', '--:', '--:', '---'], ...rows];
  for (const row of table) {
    const cells = row.map((cell, column) => {
      const width = Math.max(...table.map((other) => other[column]?.length ?? 0));
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}
