import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KpiSchema, KpiValueSchema, KpiValueState, Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { plainNumber, valuesFile } from './values-file';

const kpi = create(KpiSchema, {
  circleName: 'People; "and" places',
  name: '=1+1',
  periodicity: Periodicity.QUARTERLY,
  unit: Unit.CHF,
});

test('a file has a line for each value, blank where there is no number', () => {
  const file = valuesFile(kpi, [
    create(KpiValueSchema, {
      period: { year: 2026, month: 3 },
      value: -1234567.5,
      state: KpiValueState.RECORDED,
      updatedBy: { displayName: 'Emil Rossi' },
    }),
    create(KpiValueSchema, {
      period: { year: 2026, month: 6 },
      state: KpiValueState.NOTHING_TO_REPORT,
      comment: 'closed,\nall of it',
    }),
  ]);
  const beginning = `"People; ""and"" places",'=1+1,quarterly,chf`;
  expect(file).toBe(
    [
      '\uFEFFcircle,kpi,periodicity,unit,period_year,period_month,value,state,comment,updated_by,updated_at',
      `${beginning},2026,3,-1234567.5,recorded,,Emil Rossi,`,
      `${beginning},2026,6,,nothing_to_report,"closed,\nall of it",,`,
      '',
    ].join('\r\n'),
  );
});

test('every number of a file reads as itself and has neither exponent nor groups', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (value) => {
      const text = plainNumber(value);
      expect(text).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Number(text)).toBe(value);
    }),
  );
});
