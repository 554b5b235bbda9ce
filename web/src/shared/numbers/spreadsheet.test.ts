import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FORMATS } from './formats';
import { plainNumber, spreadsheetFile } from './spreadsheet';

test.for([
  ['swiss', 'a;-1234567.5;0\r\n'],
  ['german', 'a;-1234567,5;0\r\n'],
  ['french', 'a;-1234567,5;0\r\n'],
  ['english', 'a,-1234567.5,0\r\n'],
] as const)('a %s file has the separators of there', ([format, line]) => {
  expect(spreadsheetFile([['a', -1_234_567.5, 0]], format)).toBe(`\uFEFF${line}`);
});

test('no text is a formula, and none breaks out of its cell', () => {
  for (const text of ['=1+1', '+41 44 000 00 00', '-1', '@now', '\t=1', '\r=1']) {
    expect(spreadsheetFile([[text]], 'swiss')).toMatch(/^\uFEFF"?'/);
  }
  expect(spreadsheetFile([['say "no";\nnow', undefined, 'end']], 'swiss')).toBe(
    '\uFEFF"say ""no"";\nnow";;end\r\n',
  );
});

test('every number of a file reads as itself and has neither exponent nor groups', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e15, max: 1e15, noNaN: true }),
      fc.constantFrom(...FORMATS),
      (value, format) => {
        const text = plainNumber(value, format);
        expect(text).toMatch(/^-?\d+([.,]\d+)?$/);
        expect(Number(text.replace(',', '.'))).toBe(value);
      },
    ),
  );
});
