import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KpiSchema, Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { chartShape, roundTicks } from './chart-shape';

const targets = [
  { fromYear: 2025, initialValue: 0, targetValue: 1200 },
  { fromYear: 2026, initialValue: 0, targetValue: 2400 },
];

function shapeOf(periodicity: Periodicity, unit: Unit, periods: { year: number; month: number }[]) {
  const kpi = create(KpiSchema, { periodicity, unit, targets });
  return chartShape(
    kpi,
    periods.map((period) => ({ period, value: undefined, yearBefore: undefined, point: undefined })),
  );
}

test('a monthly flow is an area with the pace towards the target of its year', () => {
  const { kind, lines, slots } = shapeOf(Periodicity.MONTHLY, Unit.CHF, [{ year: 2026, month: 1 }]);
  expect(kind).toBe('area');
  expect(slots).toHaveLength(12);
  expect(lines.map(({ name }) => name)).toEqual(['target', 'pace']);
  expect(lines[1]?.values[5]).toBe(1200);
});

test('a monthly level is a line between baseline and target', () => {
  const { kind, lines } = shapeOf(Periodicity.MONTHLY, Unit.PERCENTAGE, [{ year: 2026, month: 1 }]);
  expect(kind).toBe('line');
  expect(lines.map(({ name }) => name)).toEqual(['baseline', 'target']);
});

test('a yearly KPI has bars, each with the target of its own year', () => {
  const years = [2024, 2025, 2026].map((year) => ({ year, month: 12 }));
  const { kind, lines } = shapeOf(Periodicity.YEARLY, Unit.AMOUNT, years);
  expect(kind).toBe('bars');
  expect(lines).toEqual([{ name: 'target', values: [1200, 1200, 2400] }]);
});

test('a quarter of a flow has no target of its own', () => {
  expect(shapeOf(Periodicity.QUARTERLY, Unit.AMOUNT, [{ year: 2026, month: 3 }]).lines).toEqual([]);
});

test('ticks ascend, are few and take in every number', () => {
  const number = fc
    .double({ min: -1e15, max: 1e15, noNaN: true })
    .filter((x) => x === 0 || Math.abs(x) > 1e-6);
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), (numbers) => {
      const ticks = roundTicks(numbers);
      const spread = Math.max(...numbers) - Math.min(...numbers);
      fc.pre(spread === 0 || spread > Math.max(...numbers.map(Math.abs)) * 1e-6);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
      expect(ticks[0]).toBeLessThanOrEqual(Math.min(...numbers) + spread * 1e-6);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(Math.max(...numbers) - spread * 1e-6);
    }),
  );
});
