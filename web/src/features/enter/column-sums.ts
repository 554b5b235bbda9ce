/** Decides whether a number of a column is the sum of the numbers above it. */

import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';

/** A number, and how it was written. */
export interface Shown {
  value: number;
  text: string;
  /** The unit of the KPI that the number would go to. */
  unit: Unit;
}

/** Whole numbers may be exact counts. Their sum may differ by at most this share of the total. */
const SHARE_OF_WHOLE = 0.01;

/** The tolerance for binary floating-point errors, as a share of the number. */
const LEFT_BEHIND = 1e-9;

/**
 * A spreadsheet adds exact numbers but shows rounded ones, so the shown numbers may not add up
 * exactly. Numbers of different units, such as francs and percent, must add up exactly.
 */
export function isSum(total: Shown, parts: readonly Shown[]): boolean {
  if (total.value === 0) return false;
  const added = parts.reduce((sum, { value }) => sum + value, 0);
  const isOneUnit = parts.every(({ unit }) => unit === parts[0]?.unit);
  const rounding = isOneUnit ? roundingOf([total, ...parts], total.value) : 0;
  return Math.abs(total.value - added) <= rounding + Math.abs(total.value) * LEFT_BEHIND;
}

/** The largest difference that rounding of the shown numbers can explain. */
function roundingOf(shown: readonly Shown[], total: number): number {
  const decimals = shown.map(decimalsOf);
  const rounding = decimals.reduce((sum, count) => sum + 0.5 * 10 ** -count, 0);
  const areWhole = decimals.every((count) => count === 0);
  const most = areWhole ? Math.abs(total) * SHARE_OF_WHOLE : Infinity;
  return Math.min(rounding, most);
}

/** The number of shown decimals: the digits after the last separator, unless it separates thousands. */
function decimalsOf({ value, text }: Shown): number {
  const decimals = /[.,](\d+)\D*$/.exec(text)?.[1]?.length ?? 0;
  const digits = Number(text.replace(/\D/g, ''));
  return isNear(digits / 10 ** decimals, Math.abs(value)) ? decimals : 0;
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= b * LEFT_BEHIND;
}
