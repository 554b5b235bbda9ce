import { expect, test } from 'vitest';
import { signed } from './figures';

test('a change carries its sign, and a small one is not rounded to none', () => {
  expect(signed(46.2 - 44.9, 'swiss')).toBe('+1.3');
  expect(signed(-12.345, 'english')).toBe('-12.3');
  expect(signed(1234.56, 'english')).toBe('+1,234.6');
  expect(signed(0.0042, 'swiss')).toBe('+0.0042');
  expect(signed(0, 'swiss')).toBe('0');
});
