import { expect, test } from 'vitest';
import type { NumberFormat } from './formats';
import { hasSeveralCells, pastedAs, readWritten, type Written, writtenOver } from './written';

function read(written: Written, format: NumberFormat = 'english') {
  return readWritten(written, format, 'none');
}

function number(value: number) {
  return { kind: 'number', value };
}

const both = { kind: 'ambiguous', values: [1.234, 1234] };

test('what is typed is read as numbers are written here', () => {
  expect(read({ text: '1.234', format: 'english' })).toEqual(number(1.234));
  expect(read({ text: '1.234', format: 'german' }, 'german')).toEqual(number(1234));
});

test('what comes from elsewhere is in question where it can be read in two ways', () => {
  expect(read({ text: '1.234' })).toEqual(both);
  expect(read({ text: "1'234" })).toEqual(number(1234));
});

test('what was typed in another format is in question where that has read it otherwise', () => {
  expect(read({ text: '1.234', format: 'english' }, 'german')).toEqual(both);
  expect(read({ text: '1.234', format: 'german' }, 'english')).toEqual(both);
  expect(read({ text: '1.234', format: 'swiss' }, 'english')).toEqual(number(1.234));
  expect(read({ text: '1.5', format: 'english' }, 'german')).toEqual(number(1.5));
  expect(read({ text: '1234', format: 'english' }, 'german')).toEqual(number(1234));
  expect(read({ text: '', format: 'english' }, 'german')).toEqual({ kind: 'blank' });
});

test('what was in question when it was typed stays so in another format', () => {
  const either = { kind: 'ambiguous', values: [12.34, 1234] };
  expect(read({ text: '12,34', format: 'english' })).toEqual(either);
  expect(read({ text: '12,34', format: 'english' }, 'german')).toEqual(either);
});

test('a paste is read in the format that was said, and what that cannot read in any other', () => {
  expect(read(pastedAs('1.234', 'german', 'none'), 'german')).toEqual(number(1234));
  expect(read(pastedAs('81.5', 'german', 'none'), 'german')).toEqual(number(81.5));
  expect(read(pastedAs('1.234', undefined, 'none'), 'german')).toEqual(both);
});

test('what is from elsewhere stays so until it is typed anew', () => {
  const pasted = writtenOver(undefined, '1.23', undefined);
  expect(pasted).toEqual({ text: '1.23' });
  expect(writtenOver(pasted, '1.234', 'english')).toEqual({ text: '1.234', edited: true });
  expect(writtenOver(pasted, '1', 'english')).toEqual({ text: '1', format: 'english' });
  expect(writtenOver({ text: '1', format: 'english' }, '1.', 'english')).toEqual({
    text: '1.',
    format: 'english',
  });
});

test('a digit that is taken off what is from elsewhere leaves it in question', () => {
  const edited = writtenOver({ text: '12,345' }, '12,34', 'english');
  expect(read(edited)).toEqual({ kind: 'ambiguous', values: [12.34, 1234] });
  expect(read(writtenOver({ text: '12345' }, '1234', 'english'))).toEqual(number(1234));
});

test('what was begun in one format and went on in another is in question', () => {
  const begun = writtenOver(undefined, '1.12', 'swiss');
  expect(read(writtenOver(begun, '1.125', 'german'), 'german')).toEqual({
    kind: 'ambiguous',
    values: [1.125, 1125],
  });
});

test('a blank cell before a number is a cell, and what ends a copied cell is none', () => {
  const isSeveral = (text: string) => hasSeveralCells({ clipboardData: { getData: () => text } });
  for (const text of ['82.5', ' 82.5', '82.5\r\n', '82.5\n\n', '82.5\t']) expect(isSeveral(text)).toBe(false);
  for (const text of ['\r\n82.5\r\n', '\t82.5', '82.5\r\n81', '82.5\t81']) expect(isSeveral(text)).toBe(true);
});
