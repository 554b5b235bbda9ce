import fc from 'fast-check';
import { expect, test } from 'vitest';
import { likelySlip, type Surroundings } from './slips';

const usual: Surroundings = { percentage: false, last: 1200, yearBefore: 1100, neighbours: [] };

test.each([
  [12_400, 10],
  [124_000, 100],
  [1_240_000, 1000],
  [124, 0.1],
  [12.4, 0.01],
  [1.24, 0.001],
])('%d after 1200 is asked about as a slip of factor %d', (value, factor) => {
  expect(likelySlip(value, usual)).toEqual({ kind: 'factor', factor, reference: 1200 });
});

test('a fraction in place of a percentage is asked about', () => {
  const around = { ...usual, percentage: true, last: 46, yearBefore: 44 };
  expect(likelySlip(0.47, around)).toEqual({ kind: 'fraction', reference: 46 });
  expect(likelySlip(47, around)).toBeUndefined();
});

test('a lost sign is asked about, unless last year had that sign', () => {
  expect(likelySlip(-1250, usual)).toEqual({ kind: 'sign', reference: 1200 });
  expect(likelySlip(-1250, { ...usual, yearBefore: -1300 })).toBeUndefined();
});

test("the neighbour's number in this row is asked about", () => {
  const around = { ...usual, neighbours: [{ name: 'new members', last: 350 }] };
  expect(likelySlip(351, around)).toEqual({ kind: 'neighbour', name: 'new members' });
  expect(likelySlip(420, around)).toBeUndefined();
});

test('small counts may jump tenfold', () => {
  expect(likelySlip(10, { ...usual, last: 1, yearBefore: undefined })).toBeUndefined();
});

test('without a past there is nothing to compare with, and zero is never a slip', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      const blank = { ...usual, last: undefined, yearBefore: undefined };
      expect(likelySlip(value, blank)).toBeUndefined();
      expect(likelySlip(0, { ...usual, last: value })).toBeUndefined();
    }),
  );
});

test('a value like the last one or like that of a year before is never asked about', () => {
  const references = fc.double({ min: 0.01, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(
      references,
      references,
      fc.double({ min: 0.7, max: 1.45, noNaN: true }),
      (last, yearBefore, by) => {
        const around = { ...usual, last, yearBefore };
        expect(likelySlip(last * by, around)).toBeUndefined();
        expect(likelySlip(yearBefore * by, around)).toBeUndefined();
      },
    ),
  );
});
