import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { percent, signed, withUnit } from './figures';

test('values are shown whole, with their unit', () => {
  expect(withUnit(1234567.05, Unit.CHF, 'english')).toBe('CHF\u00a01,234,567.05');
  expect(withUnit(44.83, Unit.PERCENTAGE, 'german')).toBe('44,83\u00a0%');
  expect(withUnit(690, Unit.AMOUNT, 'english')).toBe('690');
});

test('progress is shown in whole percent, never as minus zero', () => {
  expect(percent(67.5, 'swiss')).toBe('68\u00a0%');
  expect(percent(-0.39, 'swiss')).toBe('0\u00a0%');
});

test('a change carries its sign, and a small one is not rounded to none', () => {
  expect(signed(46.2 - 44.9, 'swiss')).toBe('+1.3');
  expect(signed(-12.345, 'english')).toBe('-12.3');
  expect(signed(1234.56, 'english')).toBe('+1,234.6');
  expect(signed(0.0042, 'swiss')).toBe('+0.0042');
  expect(signed(0, 'swiss')).toBe('0');
});
