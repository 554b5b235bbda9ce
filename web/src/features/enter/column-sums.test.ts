import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { isSum } from './column-sums';

const unit = Unit.AMOUNT;

/** Numbers as a spreadsheet shows them; the last one is the total. */
function addUp(...texts: string[]): boolean {
  const shown = texts.map((text) => ({ text, value: Number(text.replace(/[^\d.-]/g, '')), unit }));
  const total = shown.pop() ?? { text: '', value: 0, unit };
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
    { text: '104.334', value: 104_334, unit },
    { text: '22.113', value: 22_113, unit },
  ];
  expect(isSum({ text: '126.448', value: 126_448, unit }, parts)).toBe(true);
  const small = parts.map((part) => ({ ...part, value: part.value / 1000 }));
  expect(isSum({ text: '126.448', value: 126.448, unit }, small)).toBe(true);
  expect(isSum({ text: '126.449', value: 126.449, unit }, small)).toBe(false);
});

test('numbers of several units add up exactly or not at all', () => {
  const parts = [
    { text: '150', value: 150, unit },
    { text: '1.51', value: 1.51, unit: Unit.PERCENTAGE },
  ];
  expect(isSum({ text: '151.51', value: 151.51, unit }, parts)).toBe(true);
  expect(isSum({ text: '152', value: 152, unit }, parts)).toBe(false);
});
