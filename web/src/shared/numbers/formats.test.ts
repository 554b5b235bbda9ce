import { expect, test } from 'vitest';
import { shortPrinter } from './formats';

test('a short number has the word of the language and the signs of the format', () => {
  const spaced = (text: string) => text.replace(/\s/g, ' ');
  const french = shortPrinter('swiss', 'fr', 2);
  expect(spaced(french(2_000_000))).toBe('2 M');
  const german = shortPrinter('english', 'de', 2);
  expect(spaced(german(2_500_000))).toBe('2.5 Mio.');
  expect(german(5_000)).toBe('5,000');
  // ICU data use one or the other apostrophe.
  expect(shortPrinter('swiss', 'de', 2)(5_000)).toMatch(/^5['’]000$/);
  expect(shortPrinter('german', 'en', 2)(0.5)).toBe('0,5');
});
