import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { formatShare, formatValue } from './units';

test('values are shown whole, with their unit', () => {
  expect(formatValue(1234567.05, Unit.CHF, 'english')).toBe('CHF\u00a01,234,567.05');
  expect(formatValue(44.83, Unit.PERCENTAGE, 'german')).toBe('44,83\u00a0%');
  expect(formatValue(1200.5, Unit.CHF, 'english')).toBe('CHF\u00a01,200.50');
  expect(formatValue(690, Unit.AMOUNT, 'english')).toBe('690');
});

test('progress is shown in whole percent, never as minus zero', () => {
  expect(formatShare(67.5, 'swiss')).toBe('68\u00a0%');
  expect(formatShare(-0.39, 'swiss')).toBe('0\u00a0%');
});

test('progress is shown as 100 % once the target is reached, and not before', () => {
  for (const share of [99.5, 99.6, 99.99, 99.9999999]) {
    expect(formatShare(share, 'swiss')).toBe('99\u00a0%');
  }
  for (const share of [99.99999999999999, 100, 100.4]) {
    expect(formatShare(share, 'swiss')).toBe('100\u00a0%');
  }
  expect(formatShare(100.6, 'swiss')).toBe('101\u00a0%');
});
