/** Which number of a column is what the numbers above it add up to. */

/** A number, and how it was written. */
export interface Shown {
  value: number;
  text: string;
}

/** Whole numbers may be counts, which are not rounded: theirs may differ by this share of the total. */
const SHARE_OF_WHOLE = 0.01;

/** What adding binary fractions leaves behind. */
const LEFT_BEHIND = 1e-9;

/** A spreadsheet adds what it has, and shows each number rounded: the total of the shown ones may differ. */
export function isSum(total: Shown, parts: readonly Shown[]): boolean {
  if (total.value === 0) return false;
  const added = parts.reduce((sum, { value }) => sum + value, 0);
  return Math.abs(total.value - added) <= roundingOf([total, ...parts], total.value);
}

/** How far numbers that were rounded to what is shown of them may lie apart. */
function roundingOf(shown: readonly Shown[], total: number): number {
  const decimals = shown.map(decimalsOf);
  const rounding = decimals.reduce((sum, count) => sum + 0.5 * 10 ** -count, 0);
  const areWhole = decimals.every((count) => count === 0);
  const most = areWhole ? Math.abs(total) * SHARE_OF_WHOLE : Infinity;
  return Math.min(rounding, most) + Math.abs(total) * LEFT_BEHIND;
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
