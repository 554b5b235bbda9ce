import { expect, test } from 'vitest';
import { isSum } from './column-sums';

/** Numbers as a spreadsheet shows them; the last one is the total. */
function addUp(...texts: string[]): boolean {
  const shown = texts.map((text) => ({ text, value: Number(text.replace(/[^\d.-]/g, '')) }));
  const total = shown.pop() ?? { text: '', value: 0 };
  return isSum(total, shown);
}

test.each([
  { numbers: ['690.1', '20.2', '710.3'] },
  { numbers: ['33.3', '33.3', '33.3', '100.0'] },
  { numbers: ['33.3', '33.3', '33.3', '100'] },
  { numbers: ['0.33', '0.33', '0.33', '1'] },
  { numbers: ["CHF 104'334", "22'113", "126'448"] },
  { numbers: ['82.46 %', '3.55 %', '86 %'] },
  { numbers: ['-5.4', '12.7', '7.4'] },
])('$numbers ends with its sum', ({ numbers }) => {
  expect(addUp(...numbers)).toBe(true);
});

test.each([
  { numbers: ['690.1', '20.2', '710.6'] },
  { numbers: ['33.33', '33.33', '33.33', '100.10'] },
  { numbers: ['3', '4', '8'] },
  { numbers: ['20', '30', '51'] },
  { numbers: ["104'334", "22'113", "126'450"] },
  { numbers: ['0', '0', '0'] },
])('$numbers does not', ({ numbers }) => {
  expect(addUp(...numbers)).toBe(false);
});

test('a sign between thousands shows no decimals', () => {
  const parts = [
    { text: '104.334', value: 104_334 },
    { text: '22.113', value: 22_113 },
  ];
  expect(isSum({ text: '126.448', value: 126_448 }, parts)).toBe(true);
  const small = parts.map(({ text, value }) => ({ text, value: value / 1000 }));
  expect(isSum({ text: '126.448', value: 126.448 }, small)).toBe(true);
  expect(isSum({ text: '126.449', value: 126.449 }, small)).toBe(false);
});
