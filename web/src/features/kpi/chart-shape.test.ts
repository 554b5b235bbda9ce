import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { KpiSchema, KpiValueSchema, Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { ProgressPointSchema } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { chartShape } from './chart-shape';
import type { PeriodRow } from './values';

const TARGETS = [
  { fromYear: 2025, initialValue: 100, targetValue: 1200 },
  { fromYear: 2026, initialValue: 100, targetValue: 2400 },
];

function row(year: number, month: number, value?: number, sum?: number): PeriodRow {
  return {
    period: { year, month },
    value: value === undefined ? undefined : create(KpiValueSchema, { value }),
    history: [],
    yearBefore: undefined,
    point: value === undefined ? undefined : create(ProgressPointSchema, { value, ...(sum && { sum }) }),
  };
}

function shapeOf(periodicity: Periodicity, unit: Unit, rows: PeriodRow[], targets = TARGETS) {
  return chartShape(create(KpiSchema, { periodicity, unit, targets }), rows);
}

test('a monthly flow is a sum that grows, against the target of its year and the pace to it', () => {
  const rows = [row(2026, 1, 150, 150), row(2026, 2, 250, 400)];
  const { slots, figures, measures } = shapeOf(Periodicity.MONTHLY, Unit.CHF, rows);
  expect(slots).toHaveLength(12);
  expect(figures.map(({ name, form }) => [name, form])).toEqual([['sum', 'area']]);
  expect(figures[0]?.numbers.slice(0, 3)).toEqual([150, 400, undefined]);
  expect(measures.map(({ name }) => name)).toEqual(['target', 'pace']);
  expect(measures[0]?.numbers[11]).toBe(2400);
});

test('the pace of a flow begins the year at nothing, wherever its baseline lies', () => {
  const [, pace] = shapeOf(Periodicity.MONTHLY, Unit.CHF, [row(2026, 1)]).measures;
  expect(pace?.numbers[0]).toBe(200);
  expect(pace?.numbers[11]).toBe(2400);
});

test('a quarterly flow has its values as bars, and their sum against target and pace', () => {
  const rows = [row(2026, 3, 500, 500), row(2026, 6, 700, 1200)];
  const { slots, figures, measures } = shapeOf(Periodicity.QUARTERLY, Unit.AMOUNT, rows);
  expect(slots.map(({ month }) => month)).toEqual([3, 6, 9, 12]);
  expect(figures).toEqual([
    { name: 'value', form: 'bars', numbers: [500, 700, undefined, undefined] },
    { name: 'sum', form: 'line', numbers: [500, 1200, undefined, undefined] },
  ]);
  expect(measures.map(({ name }) => name)).toEqual(['target', 'pace']);
  expect(measures[1]?.numbers).toEqual([600, 1200, 1800, 2400]);
});

test('a yearly flow has a bar for each year, with the target of its own year', () => {
  const rows = [row(2024, 12, 1), row(2025, 12, 2), row(2026, 12, 3)];
  const { figures, measures } = shapeOf(Periodicity.YEARLY, Unit.AMOUNT, rows);
  expect(figures.map(({ name, form }) => [name, form])).toEqual([['value', 'bars']]);
  expect(measures).toEqual([{ name: 'target', numbers: [1200, 1200, 2400] }]);
});

test.each([
  [Periodicity.MONTHLY, 'line'],
  [Periodicity.QUARTERLY, 'bars'],
  [Periodicity.YEARLY, 'bars'],
])('a level of periodicity %s is shown as its values, between baseline and target', (periodicity, form) => {
  const { figures, measures } = shapeOf(periodicity, Unit.PERCENTAGE, [row(2026, 12, 46)]);
  expect(figures.map((figure) => [figure.name, figure.form])).toEqual([['value', form]]);
  expect(measures.map(({ name }) => name)).toEqual(['baseline', 'target']);
});

test('without a target there is nothing to measure against', () => {
  expect(shapeOf(Periodicity.MONTHLY, Unit.CHF, [row(2026, 1, 5, 5)], []).measures).toEqual([]);
});

test('a blank period, and one with nothing to report, are no zeros', () => {
  const marked = { ...row(2026, 2), value: create(KpiValueSchema, {}) };
  const { figures } = shapeOf(Periodicity.MONTHLY, Unit.SCORE, [row(2026, 1, 0), marked, row(2026, 3)]);
  expect(figures[0]?.numbers.slice(0, 3)).toEqual([0, undefined, undefined]);
});
