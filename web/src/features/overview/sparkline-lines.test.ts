import { expect, test } from 'vitest';
import { linesOf } from './sparkline-lines';

test('values run from the lowest at the bottom to the highest at the top', () => {
  expect(linesOf([10, 30, 20], 100, 20)).toEqual([
    [
      { x: 0, y: 20 },
      { x: 50, y: 0 },
      { x: 100, y: 10 },
    ],
  ]);
});

test('a blank is a gap and not a zero', () => {
  const lines = linesOf([undefined, 5, undefined, 6, 7, undefined], 100, 20);
  expect(lines.map((run) => run.map(({ x }) => x))).toEqual([[20], [60, 80]]);
  expect(Math.max(...lines.flat().map(({ y }) => y))).toBe(20);
});

test('what never changes runs through the middle, and nothing runs nowhere', () => {
  expect(linesOf([4, 4], 100, 20)).toEqual([
    [
      { x: 0, y: 10 },
      { x: 100, y: 10 },
    ],
  ]);
  expect(linesOf([undefined, undefined], 100, 20)).toEqual([]);
  expect(linesOf([], 100, 20)).toEqual([]);
  expect(linesOf([3], 100, 20)).toEqual([[{ x: 0, y: 10 }]]);
});
