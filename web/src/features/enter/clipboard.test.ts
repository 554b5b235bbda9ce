import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readClipboard } from './clipboard';

/** Writes as a spreadsheet does: quotes only where a cell needs them, a line break after each row. */
function write(rows: readonly (readonly string[])[], lineBreak: string): string {
  return rows.map((row) => `${row.map(quote).join('\t')}${lineBreak}`).join('');
}

function quote(cell: string): string {
  return /["\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

const cells = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab"\t\r\n\'1 '), maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const matrices = fc
  .integer({ min: 1, max: 4 })
  .chain((width) =>
    fc.array(fc.array(cells, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
  );

test('any cells that a spreadsheet writes are read back the same', () => {
  fc.assert(
    fc.property(matrices, fc.constantFrom('\n', '\r\n', '\r'), (rows, lineBreak) => {
      expect(readClipboard(write(rows, lineBreak))).toEqual(rows);
    }),
  );
});

test('any text is read to its end, and loses nothing but separators and quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'a1"\t\r\n'), maxLength: 20 }), (text) => {
      const bare = (all: string) => all.replace(/["\t\r\n]/g, '');
      expect(bare(readClipboard(text).flat().join(''))).toBe(bare(text));
    }),
  );
});

test('quotes stand around a cell, and nowhere else mean anything', () => {
  expect(readClipboard('"838"\r\n"1\'234"\r\n')).toEqual([['838'], ["1'234"]]);
  expect(readClipboard('"new\nmembers"\t12')).toEqual([['new\nmembers', '12']]);
  expect(readClipboard('5" pipe\t"open')).toEqual([['5" pipe', '"open']]);
  expect(readClipboard('"a"b\tc')).toEqual([['"a"b', 'c']]);
  expect(readClipboard('')).toEqual([['']]);
  expect(readClipboard('1\n\n2\n')).toEqual([['1'], [''], ['2']]);
});
