import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMATS, formatNumber, usualFormat } from './formats';
import { type Reading, readPasted, readTyped } from './reading';

const LOCALES = ['de-CH', 'de-DE', 'de-AT', 'fr-CH', 'fr-FR', 'it-CH', 'it-IT', 'en-GB', 'en-US', 'en-CH'];

const values = fc.oneof(
  fc.integer({ min: -1e9, max: 1e9 }),
  fc.integer({ min: -1e9, max: 1e9 }).map((cents) => cents / 100),
  fc.integer({ min: -1e9, max: 1e9 }).map((mills) => mills / 1000),
  fc.double({ min: -1e15, max: 1e15, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-3),
);

/** The number itself, or an ambiguous reading that contains it. */
function isTrueTo(reading: Reading, value: number): boolean {
  const plain = value === 0 ? 0 : value;
  if (reading.kind === 'number') return reading.value === plain;
  return reading.kind === 'ambiguous' && reading.values.includes(plain);
}

describe('what is written comes back', () => {
  test.each(FORMATS)('what is shown in the %s format and typed again is the same number', (format) => {
    fc.assert(
      fc.property(values, (value) => {
        const reading = readTyped(formatNumber(value, format), format);
        expect(reading).toEqual({ kind: 'number', value: value === 0 ? 0 : value });
      }),
    );
  });

  test.each(LOCALES)('a number pasted as %s writes it is the same or is asked about', (locale) => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 4 }), fc.boolean(), (value, decimals, useGrouping) => {
        const text = value.toLocaleString(locale, {
          minimumFractionDigits: decimals,
          maximumFractionDigits: 20,
          useGrouping,
        });
        expect(isTrueTo(readPasted(text), value), text).toBe(true);
      }),
    );
  });

  test('whatever the text, a paste is never read as a number that some format reads otherwise', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789.,’ -'), maxLength: 12 });
    fc.assert(
      fc.property(text, (written) => {
        const pasted = readPasted(written);
        if (pasted.kind !== 'number') return;
        for (const format of FORMATS) {
          expect(isTrueTo(readTyped(written, format), pasted.value), format).toBe(true);
        }
      }),
    );
  });

  test.each([
    ['german', '.'],
    ['english', ','],
  ] as const)('in the %s format, %s between digits never begins the decimals unasked', (format, group) => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(digits, digits, fc.constantFrom('', '-'), (whole, part, sign) => {
        const text = `${sign}${whole}${group}${part}`;
        const [ungrouped, decimal] = [Number(sign + whole + part) + 0, Number(`${sign}${whole}.${part}`) + 0];
        const isGrouped = /^-?[1-9]\d{0,2}\D\d{3}$/.test(text);
        const both = [ungrouped, decimal].sort((a, b) => a - b);
        const isOne = isGrouped || ungrouped === decimal;
        expect(readTyped(text, format)).toEqual(
          isOne ? { kind: 'number', value: ungrouped } : { kind: 'ambiguous', values: both },
        );
      }),
    );
  });

  test.each(['german', 'english'] as const)(
    'a key that adds a digit to a number of the %s format, or takes one off, makes no decimals unasked',
    (format) => {
      const numbers = fc.integer({ min: 1000, max: 1e12 });
      fc.assert(
        fc.property(numbers, fc.nat(), fc.nat({ max: 10 }), (value, place, key) => {
          const shown = formatNumber(value, format);
          const at = place % shown.length;
          // Ten means Backspace.
          const text =
            key === 10
              ? shown.slice(0, at) + shown.slice(at + 1)
              : `${shown.slice(0, at + 1)}${key}${shown.slice(at + 1)}`;
          const reading = readTyped(text, format);
          if (reading.kind === 'number') expect(Number.isInteger(reading.value), text).toBe(true);
        }),
      );
    },
  );
});

describe('what people write', () => {
  test.each([
    ['swiss', "1'234.50", 1234.5],
    ['swiss', '1’234.50', 1234.5],
    ['german', '1.234,50', 1234.5],
    ['german', '1.234', 1234],
    ['english', '1.234', 1.234],
    ['english', '1,234', 1234],
    ['french', '1\u202f234,50', 1234.5],
    ['swiss', '−12', -12],
    ['swiss', '-0', 0],
    ['swiss', '1234,5', 1234.5],
    ['swiss', '12,5', 12.5],
    ['french', '12.34', 12.34],
    ['swiss', '1234567.891', 1234567.891],
  ] as const)('typed in the %s format, %s is %d', (format, text, value) => {
    expect(readTyped(text, format)).toEqual({ kind: 'number', value });
  });

  test('what can be read in two ways is asked about', () => {
    expect(readPasted('1.234')).toEqual({ kind: 'ambiguous', values: [1.234, 1234] });
    expect(readPasted('-1,234')).toEqual({ kind: 'ambiguous', values: [-1234, -1.234] });
    expect(readTyped('1,234', 'swiss')).toEqual({ kind: 'ambiguous', values: [1.234, 1234] });
  });

  test('a separator of thousands in another place is asked about', () => {
    expect(readTyped('12,34', 'english')).toEqual({ kind: 'ambiguous', values: [12.34, 1234] });
    expect(readTyped('1.2345', 'german')).toEqual({ kind: 'ambiguous', values: [1.2345, 12345] });
    expect(readTyped('.5', 'german')).toEqual({ kind: 'ambiguous', values: [0.5, 5] });
    expect(readTyped('1.23 %', 'german', 'percent')).toEqual({ kind: 'ambiguous', values: [1.23, 123] });
    for (const nonsense of ['1.2.3', '1.234.5', '1.']) {
      expect(readTyped(nonsense, 'german'), nonsense).toEqual({ kind: 'unreadable' });
    }
    expect(readTyped('1’23', 'swiss')).toEqual({ kind: 'unreadable' });
    expect(readTyped('1 23', 'french')).toEqual({ kind: 'unreadable' });
  });

  test('zero, blank and nonsense are three things', () => {
    expect(readTyped('0', 'swiss')).toEqual({ kind: 'number', value: 0 });
    expect(readTyped(' \u00a0', 'swiss')).toEqual({ kind: 'blank' });
    for (const nonsense of [
      '-',
      'n/a',
      '1.2.3',
      "1'23",
      '1e5',
      '12 %',
      '#REF!',
      "1'234.567’890",
      '2e15',
      '9999999999999999',
    ]) {
      expect(readTyped(nonsense, 'swiss'), nonsense).toEqual({ kind: 'unreadable' });
    }
  });

  test('francs and percent signs stand only beside their own unit', () => {
    expect(readTyped("CHF 1'234.–", 'swiss', 'chf')).toEqual({ kind: 'number', value: 1234 });
    expect(readTyped('46 %', 'swiss', 'percent')).toEqual({ kind: 'number', value: 46 });
    expect(readTyped('%', 'swiss', 'percent')).toEqual({ kind: 'unreadable' });
    expect(readTyped('46 %', 'swiss', 'chf')).toEqual({ kind: 'unreadable' });
  });

  test('the format follows the language until it is chosen', () => {
    expect(
      ['de', 'de-CH', 'it', 'rm-CH', 'en-CH', 'de-DE', 'it-IT', 'fr', 'en-US'].map((tag) =>
        usualFormat([tag]),
      ),
    ).toEqual(['swiss', 'swiss', 'swiss', 'swiss', 'swiss', 'german', 'german', 'french', 'english']);
  });
});
