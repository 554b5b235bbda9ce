import { expect, test } from 'vitest';
import { dayKey, daysBefore, readDayKey } from './days';

test('a day is read from its key, and a day that does not exist is not', () => {
  expect(readDayKey('2024-02-29')).toEqual({ year: 2024, month: 2, day: 29 });
  for (const key of ['2026-02-29', '2026-13-01', '2026-1-1', '0024-01-01', '2026-00-10', 'yesterday', '']) {
    expect(readDayKey(key), key).toBeUndefined();
  }
});

test('days are counted over months and years', () => {
  expect(dayKey(daysBefore({ year: 2024, month: 3, day: 1 }, 1))).toBe('2024-02-29');
  expect(dayKey(daysBefore({ year: 2026, month: 1, day: 15 }, 30))).toBe('2025-12-16');
});
