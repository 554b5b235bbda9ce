import { expect, test } from 'vitest';
import { waitInWords } from './wait';

test('a wait is said in whole seconds, from a minute on in minutes, and never too short', () => {
  for (const [seconds, words] of [
    [1, '1 second'],
    [59, '59 seconds'],
    [60, '1 minute'],
    [61, '2 minutes'],
    [900, '15 minutes'],
  ] as const) {
    expect(waitInWords(seconds, 'en')).toBe(words);
  }
});

test.for([
  ['de', '1 Sekunde', '2 Minuten'],
  ['fr', '1 seconde', '2 minutes'],
  ['it', '1 secondo', '2 minuti'],
] as const)('it is said in %s', ([locale, second, minutes]) => {
  // Some languages have spaces that break no line.
  const words = (seconds: number) => waitInWords(seconds, locale).replace(/\s/, ' ');
  expect(words(1)).toBe(second);
  expect(words(120)).toBe(minutes);
});
