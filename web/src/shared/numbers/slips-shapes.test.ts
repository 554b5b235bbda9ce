/** Counts how well the slip questions do on KPIs of many shapes, four years of each. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { movesBeyondSpread, typedSlips } from './planted-slips';
import { likelySlip, type Surroundings } from './slips';

const MONTHS = 48;
/** How many series each shape has. */
const SERIES = 60;
const SEED = 12;

interface Entry {
  value: number;
  /** The values of the twelve months before, oldest first. */
  known: number[];
  around: Surroundings;
}

/** Returns evenly spread numbers: fast-check itself prefers the ends of a range. */
const share = (min: number, max: number) =>
  fc.noBias(fc.integer({ min: 0, max: 10_000 })).map((part) => min + ((max - min) * part) / 10_000);
/** Nearly normal, with a standard deviation of one. */
const chance = fc.tuple(share(-1, 1), share(-1, 1), share(-1, 1)).map(([a, b, c]) => a + b + c);
const level = share(1, 6).map((digits) => 10 ** digits);

function shape(unit: Unit, parameters: fc.Arbitrary<(month: number, chance: number) => number>) {
  const series = fc
    .tuple(parameters, fc.array(chance, { minLength: MONTHS, maxLength: MONTHS }))
    .map(([at, chances]) => chances.map((each, month) => at(month, each)));
  return { unit, series };
}

/** One digit more or less on a number up to ten often gives another ordinary count. */
const COUNTS = 'counts up to about ten';

const tenths = (value: number) => Math.round(value * 10) / 10;
const SHAPES = {
  flat: shape(
    Unit.SCORE,
    fc.tuple(level, share(0.01, 0.1)).map(
      ([base, stray]) =>
        (_, by) =>
          tenths(base * (1 + stray * by)),
    ),
  ),
  trending: shape(
    Unit.CHF,
    fc.tuple(level, share(-0.2, 0.5), share(0.02, 0.1)).map(
      ([base, growth, stray]) =>
        (month, by) =>
          tenths(base * (1 + (growth * month) / 12) * (1 + stray * by)),
    ),
  ),
  seasonal: shape(
    Unit.CHF,
    fc.tuple(level, share(0.1, 0.6), share(0.02, 0.1)).map(
      ([base, season, stray]) =>
        (month, by) =>
          tenths(base * (1 + season * Math.cos((month * Math.PI) / 6)) * (1 + stray * by)),
    ),
  ),
  'with a peak each year': shape(
    Unit.CHF,
    fc.tuple(level, share(2, 6), share(0.02, 0.1)).map(
      ([base, peak, stray]) =>
        (month, by) =>
          tenths(base * (month % 12 === 0 ? peak : 1) * (1 + stray * by)),
    ),
  ),
  [COUNTS]: shape(
    Unit.AMOUNT,
    share(0, 6).map((base) => (_, by) => Math.max(0, Math.round(base + Math.sqrt(base) * by))),
  ),
  'with zeros': shape(
    Unit.CHF,
    fc.tuple(level, share(0.1, 0.3)).map(
      ([base, stray]) =>
        (month, by) =>
          month % 3 === 0 ? 0 : Math.round(base * (1 + stray * by)),
    ),
  ),
  'millions of francs': shape(
    Unit.CHF,
    fc.tuple(share(6, 9), share(0.1, 0.3)).map(
      ([digits, stray]) =>
        (_, by) =>
          Math.round(10 ** digits * Math.exp(stray * by) * 20) / 20,
    ),
  ),
};

/** All values of some series, each with the twelve months before it. */
function entriesOf({ unit, series }: (typeof SHAPES)[keyof typeof SHAPES]): Entry[] {
  return fc.sample(series, { numRuns: SERIES, seed: SEED }).flatMap((values) =>
    values.slice(12).map((value, index) => {
      const known = values.slice(index, index + 12);
      const history = known.map((each, place) => ({ monthsBefore: 12 - place, value: each }));
      return { value, known, around: { unit, history, neighbours: [] } };
    }),
  );
}

test.each(Object.entries(SHAPES))('%s: of 200 ordinary values at most one is asked about', (_, one) => {
  const all = entriesOf(one);
  const asked = all.filter(({ value, around }) => likelySlip(value, around) !== undefined);
  expect(asked.length / all.length).toBeLessThanOrEqual(1 / 200);
});

test.each(Object.entries(SHAPES))('%s: most slips of the hand are asked about', (name, one) => {
  const planted = entriesOf(one)
    .filter((entry, index) => index % 5 === 0 && entry.value !== 0)
    .flatMap(({ value, known, around }) =>
      typedSlips(value, one.unit)
        .filter(({ slip }) => movesBeyondSpread(slip, value, known))
        .map(({ slip }) => likelySlip(slip, around)),
    );
  const asked = planted.filter((slip) => slip !== undefined);
  expect(asked.length / planted.length).toBeGreaterThanOrEqual(name === COUNTS ? 0.85 : 0.95);
});
