import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { likelySlip, type Slip, type Surroundings } from './slips';

/** The surroundings of a KPI with one value per month, oldest first. */
function after(values: readonly number[], more: Partial<Surroundings> = {}): Surroundings {
  const history = values.map((value, index) => ({ monthsBefore: values.length - index, value }));
  return { unit: Unit.CHF, history, neighbours: [], ...more };
}

/** A year of each kind of KPI. */
const DONATIONS = [
  127216, 152200.4, 136660.95, 119013.8, 138120.25, 121241.6, 106794, 132422.55, 123282.15, 115356.6,
  144184.65, 133705.05,
];
const REACHABILITY = [88.7, 89.6, 90, 90.2, 90.3, 85.7, 86.3, 87.2, 88.5, 89.9, 91.3, 93.1];
const CONSULTATIONS = [818, 857, 752, 772, 790, 681, 712, 754, 804, 726, 779, 824];
const CHRISTMAS = [102, 98, 110, 95, 101, 105, 97, 99, 103, 108, 96, 505];

const percentage = { unit: Unit.PERCENTAGE };
const amount = { unit: Unit.AMOUNT };

test.each([
  [12_400, 10],
  [124_000, 100],
  [1_240_000, 1000],
  [124, 0.1],
  [12.4, 0.01],
  [1.24, 0.001],
])('%d after 1200 is asked about as a slip of factor %d', (value, factor) => {
  expect(likelySlip(value, after([1100, 1200]))).toEqual({ kind: 'factor', factor, reference: 1200 });
});

test.each(['swiss', 'german', 'english', undefined] as const)(
  'a space of the space bar in %s is asked about while fewer than three values are known',
  (format) => {
    const written = { text: '690 825', ...(format && { format }) };
    expect(likelySlip(690_825, after([]), written)).toEqual({ kind: 'spaced' });
    expect(likelySlip(690_825, after([690_000, 690_100]), written)).toEqual({ kind: 'spaced' });
    expect(likelySlip(690_825, after([690_000, 691_000, 690_500]), written)).toBeUndefined();
  },
);

test.each([
  { text: '690 825', format: 'french' },
  { text: '690\u00a0825', format: 'swiss' },
  { text: '690\u202f825' },
  { text: '690’825', format: 'swiss' },
] as const)('$text in the format $format is not asked about', (written) => {
  expect(likelySlip(690_825, after([]), written)).toBeUndefined();
});

test('a fraction in place of a percentage is asked about', () => {
  expect(likelySlip(0.47, after([44, 46], percentage))).toEqual({ kind: 'fraction', reference: 46 });
  expect(likelySlip(47, after([44, 46], percentage))).toBeUndefined();
});

test('a lost sign is asked about, unless the KPI has had that sign', () => {
  expect(likelySlip(-1250, after([1100, 1200]))).toEqual({ kind: 'sign', reference: 1200 });
  expect(likelySlip(-1250, after([-1300, 1200]))).toBeUndefined();
});

test("the neighbour's number in this row is asked about", () => {
  const neighbours = [{ name: 'new members', last: 350 }];
  const asked: Slip = { kind: 'neighbour', name: 'new members' };
  expect(likelySlip(351, after([1100, 1200], { neighbours }))).toEqual(asked);
  expect(likelySlip(420, after([1100, 1200], { neighbours }))).toBeUndefined();
  expect(likelySlip(353, after([340, 360], { neighbours }))).toBeUndefined();
});

test.each([4.4, 2, 62, 0])('%d percent is far from twelve values around 90', (value) => {
  const range = { kind: 'range', count: 12, least: 85.7, greatest: 93.1, latest: true };
  expect(likelySlip(value, after(REACHABILITY, percentage))).toEqual(range);
});

test.each([
  [39.5, 93.5],
  [53.9, 93.5],
  [19.9, 91.9],
])('%d percent is asked about as %d with two digits swapped', (value, usual) => {
  expect(likelySlip(value, after(REACHABILITY, percentage))).toEqual({ kind: 'swapped', usual });
});

test('among the known numbers, swapped digits are asked about where they lead far from the last one', () => {
  const rising = [30, 33, 36, 39, 42, 45, 48, 51, 54, 57, 60];
  expect(likelySlip(36, after(rising))).toEqual({ kind: 'swapped', usual: 63 });
  expect(likelySlip(63, after(rising))).toBeUndefined();
  // Also far from the last value, but no swap.
  expect(likelySlip(38, after(rising))).toBeUndefined();
  expect(likelySlip(36, after([30, 60, 33, 57, 36, 63]))).toBeUndefined();
});

test('a number of another row is far from this one’s, whatever that row is', () => {
  expect(likelySlip(697, after(DONATIONS))).toMatchObject({
    kind: 'range',
    least: 106_794,
    greatest: 152_200.4,
  });
});

test('the first decimals and the first negative number after many without are asked about', () => {
  for (const value of [1.9, 0.5, 812.5]) {
    expect(likelySlip(value, after(CONSULTATIONS, amount))).toEqual({ kind: 'first-decimals' });
  }
  expect(likelySlip(-5, after(CONSULTATIONS, amount))).toEqual({ kind: 'first-negative' });
  expect(likelySlip(812.5, after([...CONSULTATIONS, 799.5], amount))).toBeUndefined();
  expect(likelySlip(812.5, after([818, 857, 752], amount))).toBeUndefined();
});

test('a peak that comes again each year is not asked about, and a tenth of it is', () => {
  const december = after(CHRISTMAS.with(-1, 104).with(0, 505));
  expect(likelySlip(560, december)).toBeUndefined();
  expect(likelySlip(50, december)).toMatchObject({ kind: 'range', count: 11, greatest: 110, latest: false });
});

test('a slip that was saved does not make its like usual', () => {
  const spoilt = after(REACHABILITY.with(7, 2), percentage);
  expect(likelySlip(39.5, spoilt)).toEqual({ kind: 'swapped', usual: 93.5 });
  expect(likelySlip(20, spoilt)).toMatchObject({ kind: 'range', count: 11, least: 85.7 });
});

test('the first value of a KPI is compared with those after it', () => {
  const history = REACHABILITY.map((value, index) => ({ monthsBefore: -index - 1, value }));
  const range = { kind: 'range', count: 12, least: 85.7, greatest: 93.1, latest: false };
  expect(likelySlip(9.3, { ...percentage, history, neighbours: [] })).toEqual(range);
});

test('small counts may jump tenfold', () => {
  expect(likelySlip(10, after([1], amount))).toBeUndefined();
  expect(likelySlip(8, after([1, 0, 2, 1, 0, 1, 3, 0, 1, 2, 0, 1], amount))).toBeUndefined();
});

test('what is negative now and then may be so again', () => {
  expect(likelySlip(-8, after([12, 5, -3, 7, 14, 2, -6, 9], { unit: Unit.SCORE }))).toBeUndefined();
});

const anyNumber = fc.double({ min: -1e15, max: 1e15, noNaN: true });
const anyUnit = fc.constantFrom(Unit.CHF, Unit.PERCENTAGE, Unit.AMOUNT, Unit.SCORE);

test('without a past, and after zeros alone, no number is asked about', () => {
  fc.assert(
    fc.property(anyNumber, anyUnit, fc.nat({ max: 5 }), (value, unit, zeros) => {
      expect(likelySlip(value, after([], { unit }))).toBeUndefined();
      expect(likelySlip(value, after(Array<number>(zeros).fill(0), { unit }))).toBeUndefined();
    }),
  );
});

test('of the numbers from the least to the greatest of many values, only far swaps are asked about', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 100, max: 130 }), { minLength: 2, maxLength: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      anyUnit,
      (values, share, unit) => {
        const [least, greatest] = [Math.min(...values), Math.max(...values)];
        const value = Math.round(least + share * (greatest - least));
        const slip = likelySlip(value, after(values, { unit }));
        const step = Math.abs(value - (values.at(-1) ?? value));
        const isFar = values.slice(1).every((each, index) => Math.abs(each - (values[index] ?? each)) < step);
        if (slip !== undefined) expect({ isFar, kind: slip.kind }).toEqual({ isFar: true, kind: 'swapped' });
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a number that is like one of few known values is not asked about', () => {
  const known = fc.double({ min: 0.01, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(known, known, fc.double({ min: 0.7, max: 1.45, noNaN: true }), (one, other, by) => {
      expect(likelySlip(one * by, after([one, other]))).toBeUndefined();
      expect(likelySlip(other * by, after([one, other]))).toBeUndefined();
    }),
  );
});
