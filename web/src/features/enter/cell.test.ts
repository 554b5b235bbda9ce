import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { KpiSchema, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { decide, UNTOUCHED, type Written } from './cell';
import type { Row } from './rows';

const row: Row = {
  kpi: create(KpiSchema, { id: '1', name: 'consultations', unit: Unit.AMOUNT }),
  value: undefined,
  last: undefined,
  lastPeriod: undefined,
  yearBefore: undefined,
  history: [],
};
const around = { unit: Unit.AMOUNT, history: [], neighbours: [] };

function decided(written: Written, format: Written['format'] = 'english') {
  return decide({ ...UNTOUCHED, written }, row, around, format);
}

const both = { kind: 'ask', question: { kind: 'ambiguous', values: [1.234, 1234] } };

test('what is typed is read as numbers are written here', () => {
  expect(decided({ text: '1.234', format: 'english' })).toEqual({ kind: 'enter', value: 1.234 });
  expect(decided({ text: '1.234', format: 'german' }, 'german')).toEqual({ kind: 'enter', value: 1234 });
});

test('what comes from elsewhere is asked about where it can be read in two ways', () => {
  expect(decided({ text: '1.234' })).toEqual(both);
  expect(decided({ text: "1'234" })).toEqual({ kind: 'enter', value: 1234 });
});

test('what was typed in another format is asked about where that has read it otherwise', () => {
  expect(decided({ text: '1.234', format: 'english' }, 'german')).toEqual(both);
  expect(decided({ text: '1.234', format: 'german' }, 'english')).toEqual(both);
  expect(decided({ text: '1.5', format: 'english' }, 'german')).toEqual({ kind: 'enter', value: 1.5 });
  expect(decided({ text: '1234', format: 'english' }, 'german')).toEqual({ kind: 'enter', value: 1234 });
  expect(decided({ text: '', format: 'english' }, 'german')).toEqual({ kind: 'nothing' });
});
