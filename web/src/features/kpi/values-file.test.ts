import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { i18n } from '@lingui/core';
import { expect, test } from 'vitest';
import { KpiSchema, KpiValueSchema, KpiValueState, Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { valuesFile } from './values-file';

const kpi = create(KpiSchema, {
  circleName: 'People; "and" places',
  name: '=1+1',
  periodicity: Periodicity.QUARTERLY,
  unit: Unit.CHF,
});

test('a file has a line for each value, blank where there is no number', () => {
  i18n.loadAndActivate({ locale: 'en', messages: {} });
  const values = [
    create(KpiValueSchema, {
      period: { year: 2026, month: 3 },
      value: -1_234_567.5,
      state: KpiValueState.RECORDED,
      updatedBy: { displayName: 'Emil Rossi' },
      updateTime: timestampFromDate(new Date('2026-07-01T22:05:00Z')),
    }),
    create(KpiValueSchema, {
      period: { year: 2026, month: 6 },
      state: KpiValueState.NOTHING_TO_REPORT,
      comment: 'closed,\nall of it',
    }),
  ];
  const file = valuesFile(kpi, values, { i18n, format: 'swiss', timeZone: 'Europe/Zurich' });
  const beginning = `"People; ""and"" places";'=1+1;Quarterly;Swiss francs (CHF)`;
  expect(file.split('\r\n')).toEqual([
    '\uFEFFCircle;KPI;Periodicity;Unit;Year;Month;Value;State;Comment;Last changed by;Last changed at',
    `${beginning};2026;3;-1234567.5;entered;;Emil Rossi;2026-07-02 00:05`,
    `${beginning};2026;6;;nothing to report;"closed,\nall of it";;`,
    '',
  ]);
});
