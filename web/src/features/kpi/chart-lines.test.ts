import fc from 'fast-check';
import { expect, test } from 'vitest';
import { area, line, roundTicks, steps } from './chart-lines';

const same = (of: number) => of;

test('a line breaks off where there is no number, and begins anew', () => {
  expect(line([1, 2, undefined, 4], same, same)).toBe('M0 1L1 2M3 4');
  expect(line([undefined], same, same)).toBe('');
});

test('an area breaks off where its line does', () => {
  expect(area([1, 2, undefined, 4], same, same, 0)).toBe('M0 0L0 1L1 2L1 0ZM3 0L3 4L3 0Z');
});

test('a level line is one while its number stays, and steps where it changes', () => {
  expect(steps([5, 5, 7, undefined, 7], same, same, 0.5)).toBe('M-0.5 5H1.5M1.5 7H2.5M3.5 7H4.5');
});

test('ticks ascend, are few and take in every number', () => {
  const number = fc
    .double({ min: -1e15, max: 1e15, noNaN: true })
    .filter((x) => x === 0 || Math.abs(x) > 1e-6);
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), (numbers) => {
      const ticks = roundTicks(numbers).numbers;
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

test.each([[[78.2, 80.1]], [[1_234_000, 1_236_500]], [[0, 0.004]], [[0]], [[-3, 12_000]]])(
  'no two ticks of %j are written alike',
  (numbers) => {
    const { numbers: ticks, digits } = roundTicks(numbers);
    const short = new Intl.NumberFormat('de-CH', { notation: 'compact', maximumSignificantDigits: digits });
    const written = ticks.map((tick) => short.format(tick));
    expect(new Set(written).size).toBe(ticks.length);
  },
);
