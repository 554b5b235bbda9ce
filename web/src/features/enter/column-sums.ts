/** Which number of a column is what the numbers above it add up to. */

import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';

/** A number, and how it was written. */
export interface Shown {
  value: number;
  text: string;
  /** Of the KPI that it would go to. */
  unit: Unit;
}

/** Whole numbers may be counts, which are not rounded: theirs may differ by this share of the total. */
const SHARE_OF_WHOLE = 0.01;

/** What adding binary fractions leaves behind. */
const LEFT_BEHIND = 1e-9;

/**
 * A spreadsheet adds what it has, and shows each number rounded: the total of the shown ones
 * may differ. Francs and percent together have no total that was rounded.
 */
export function isSum(total: Shown, parts: readonly Shown[]): boolean {
  if (total.value === 0) return false;
  const added = parts.reduce((sum, { value }) => sum + value, 0);
  const isOneUnit = parts.every(({ unit }) => unit === parts[0]?.unit);
  const rounding = isOneUnit ? roundingOf([total, ...parts], total.value) : 0;
  return Math.abs(total.value - added) <= rounding + Math.abs(total.value) * LEFT_BEHIND;
}

/** How far numbers that were rounded to what is shown of them may lie apart. */
function roundingOf(shown: readonly Shown[], total: number): number {
  const decimals = shown.map(decimalsOf);
  const rounding = decimals.reduce((sum, count) => sum + 0.5 * 10 ** -count, 0);
  const areWhole = decimals.every((count) => count === 0);
  const most = areWhole ? Math.abs(total) * SHARE_OF_WHOLE : Infinity;
  return Math.min(rounding, most);
}

/** How many decimals are shown: the digits behind the last sign, unless that separates thousands. */
function decimalsOf({ value, text }: Shown): number {
  const decimals = /[.,](\d+)\D*$/.exec(text)?.[1]?.length ?? 0;
  const digits = Number(text.replace(/\D/g, ''));
  return isNear(digits / 10 ** decimals, Math.abs(value)) ? decimals : 0;
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= b * LEFT_BEHIND;
}
