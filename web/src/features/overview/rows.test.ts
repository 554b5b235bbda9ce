import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiOverviewSchema } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { type Row, rowOf, sorted } from './rows';

const MARCH = { year: 2026, month: 3 };

function row(name: string, value?: number): Row {
  const glance = create(KpiOverviewSchema, {
    kpi: { id: name, name, unit: Unit.AMOUNT },
    ...(value !== undefined && { newest: { period: MARCH, value } }),
  });
  const made = rowOf(glance, 2026);
  if (made === undefined) throw new Error('no row');
  return made;
}

function names(rows: Row[]): string[] {
  return rows.map(({ name }) => name);
}

test('rows without a number stand last, either way, and a zero does not', () => {
  const rows = [row('blank'), row('five', 5), row('zero', 0), row('minus', -1)];
  const by = (descending: boolean) => names(sorted(rows, { column: 'value', descending }));
  expect(by(false)).toEqual(['minus', 'zero', 'five', 'blank']);
  expect(by(true)).toEqual(['five', 'zero', 'minus', 'blank']);
});

test('names are sorted as people do, and decide between equals', () => {
  const rows = [row('Zürich', 1), row('ähnlich', 1), row('KPI 10', 1), row('KPI 9', 1)];
  const order = ['ähnlich', 'KPI 9', 'KPI 10', 'Zürich'];
  expect(names(sorted(rows, { column: 'name', descending: false }))).toEqual(order);
  expect(names(sorted(rows, { column: 'name', descending: true }))).toEqual(order.toReversed());
  expect(names(sorted(rows, { column: 'value', descending: true }))).toEqual(order);
});

test('a row without values shows the target of the year that is looked at', () => {
  const targets = [
    { fromYear: 2025, initialValue: 0, targetValue: 10 },
    { fromYear: 2027, initialValue: 0, targetValue: 20 },
  ];
  const glance = create(KpiOverviewSchema, { kpi: { targets } });
  expect(rowOf(glance, 2026)).toMatchObject({ newest: undefined, progress: undefined, good: 'higher' });
  expect(rowOf(glance, 2026)?.target?.targetValue).toBe(10);
});

test('a row with values shows the target that its progress was measured by', () => {
  const target = { fromYear: 2025, initialValue: 10, targetValue: 4 };
  const glance = create(KpiOverviewSchema, {
    kpi: { unit: Unit.PERCENTAGE, targets: [target, { fromYear: 2026, initialValue: 0, targetValue: 9 }] },
    newest: { period: { year: 2025, month: 12 }, value: 7, progress: 50, target },
    previousValue: 8,
  });
  const shown = rowOf(glance, 2026);
  expect(shown?.target?.targetValue).toBe(4);
  expect(shown?.good).toBe('lower');
  expect(shown?.sincePrevious).toEqual({ kind: 'points', amount: -1 });
  expect(shown?.sinceLastYear).toBeUndefined();
});
