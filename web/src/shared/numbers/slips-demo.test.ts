/** Counts how well the slip questions do on the demo's history, entered in order of time. */
import { expect, test } from 'vitest';
import { movesBeyondSpread, typedSlips } from './planted-slips';
import { likelySlip, type Surroundings } from './slips';
import { DEMO_KPIS, type DemoKpi } from './slips-demo';
import { FEWEST } from './slips-range';

/** A value at the time of its entry, with the known values of its KPI and of the others. */
interface Entry {
  kpi: DemoKpi;
  value: number;
  around: Surroundings;
  /** The last values of the other KPIs. */
  others: number[];
}

/** How many months the grid loads before a month that ends a quarter. Other months need only twelve. */
const MONTHS_BEFORE = 36;

function entries(): Entry[] {
  return DEMO_KPIS.flatMap((kpi, index) =>
    kpi.values.map((value, place) => {
      const month = kpi.first + place * kpi.span;
      const history = kpi.values
        .slice(0, place)
        .map((known, before) => ({ monthsBefore: (place - before) * kpi.span, value: known }))
        .filter(({ monthsBefore }) => monthsBefore <= MONTHS_BEFORE);
      const lastOf = (other: DemoKpi | undefined) =>
        other?.values[Math.ceil((month - other.first) / other.span) - 1];
      const neighbours = [DEMO_KPIS[index - 1], DEMO_KPIS[index + 1]]
        .filter((neighbour) => neighbour !== undefined)
        .map((neighbour) => ({ name: neighbour.name, last: lastOf(neighbour) }));
      const others = DEMO_KPIS.filter((other) => other !== kpi)
        .map(lastOf)
        .filter((last) => last !== undefined);
      return { kpi, value, around: { unit: kpi.unit, history, neighbours }, others };
    }),
  );
}

test('of 200 ordinary entries at most one is asked about', () => {
  const all = entries();
  const asked = all.filter(({ value, around }) => likelySlip(value, around) !== undefined);
  expect(all.length).toBeGreaterThan(200);
  expect(asked.length).toBeLessThanOrEqual(Math.floor(all.length / 200));
});

function plantedIn({ kpi, value, others }: Entry) {
  return [...typedSlips(value, kpi.unit), ...others.map((slip) => ({ kind: "another KPI's value", slip }))];
}

/** A slip beyond the KPI's limits does not count, because the server refuses it. */
function counts(slip: number, { kpi, value, around }: Entry): boolean {
  const { minimum, maximum } = kpi.limits ?? { minimum: -Infinity, maximum: Infinity };
  const known = around.history.map((each) => each.value);
  return slip >= minimum && slip <= maximum && movesBeyondSpread(slip, value, known);
}

test('of 100 planted slips at least 95 are asked about', () => {
  const planted = entries()
    .filter(({ around }) => around.history.length >= FEWEST)
    .flatMap((entry) =>
      plantedIn(entry)
        .filter(({ slip }) => counts(slip, entry))
        .map(({ kind, slip }) => ({ kind, asked: likelySlip(slip, entry.around) !== undefined })),
    );
  const share = (slips: typeof planted) => slips.filter(({ asked }) => asked).length / slips.length;
  expect(planted.length).toBeGreaterThan(4000);
  expect(share(planted)).toBeGreaterThanOrEqual(0.95);
  for (const kind of new Set(planted.map((slip) => slip.kind))) {
    const caught = share(planted.filter((slip) => slip.kind === kind));
    // A swap of digits after the first often gives a value like earlier ones.
    expect(caught, kind).toBeGreaterThanOrEqual(kind === 'swapped digits' ? 0.8 : 0.95);
  }
});
