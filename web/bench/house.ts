/** Builds a kreis for the measurements: 200 KPIs of one economist, with ten years of monthly values. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addMonths, lastEndedMonth, type Month, monthKey } from '#shared/periods/months';
import { callerOf } from '../tests/browser/caller';
import { BINARY, ECONOMIST, GATEKEEPER, Kreis, PASSWORD } from '../tests/browser/kreis';

const CIRCLES = 10;
const KPIS_PER_CIRCLE = 20;
const MONTHS = 120;

export const KPIS = CIRCLES * KPIS_PER_CIRCLE;

export interface House {
  kreis: Kreis;
  /** Ended months without values, newest first. The ten years lie before them. */
  months: string[];
}

export async function buildHouse(): Promise<House> {
  const kreis = new Kreis();
  await kreis.start();
  const economist = await callerOf(kreis.url, ECONOMIST);
  const { user, organisation } = await economist.users.getMe({});
  if (user === undefined || organisation?.today === undefined) throw new Error('GetMe answered nobody');
  const newest = lastEndedMonth(organisation.today);
  const blank = [0, 1, 2].map((back) => addMonths(newest, -back));
  await importValues(kreis.url, addMonths(newest, -blank.length));

  // The economist leaves the demo's circles, so that the overview has exactly `KPIS` KPIs.
  const { circles } = await callerOf(kreis.url, GATEKEEPER);
  for (const { circleId } of user.circles) await circles.removeCircleMember({ circleId, userId: user.id });
  for (const circle of (await circles.listCircles({ pageSize: 500 })).circles) {
    if (circle.name.startsWith('measured')) {
      await circles.addCircleMember({ circleId: circle.id, userId: user.id });
    }
  }
  return { kreis, months: blank.map(monthKey) };
}

async function importValues(url: string, end: Month): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'kreis-bench-'));
  try {
    const file = join(directory, 'values.csv');
    writeFileSync(file, [...rowsUpTo(end)].join('\n'));
    const env = { ...process.env, KREIS_SERVER: url, KREIS_EMAIL: GATEKEEPER, KREIS_PASSWORD: PASSWORD };
    await promisify(execFile)(BINARY, ['import', file], { env, maxBuffer: 64 * 1024 * 1024 });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Alternates levels and flows, each with a target. The values follow waves that differ between KPIs. */
function* rowsUpTo(end: Month): Generator<string> {
  yield 'circle,kpi,periodicity,unit,initial_value,target_value,period_year,period_month,value';
  for (let kpi = 0; kpi < KPIS; kpi += 1) {
    const circle = `measured ${Math.floor(kpi / KPIS_PER_CIRCLE)}`;
    const flow = kpi % 2 === 0;
    const definition = flow ? 'month,amount,0,15000' : 'month,percentage,20,90';
    for (let back = MONTHS - 1; back >= 0; back -= 1) {
      const { year, month } = addMonths(end, -back);
      const wave = Math.sin(back / 7 + kpi);
      const value = flow ? Math.round(1000 + 400 * wave) : Math.round(55 + 30 * wave);
      yield `${circle},figure ${kpi},${definition},${year},${month},${value}`;
    }
  }
}
