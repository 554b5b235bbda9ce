/**
 * The usual range of a KPI's values, and the numbers beyond it.
 *
 * A number is usual while it lies among the known values, or beyond them by at most the largest of:
 *
 * - `SPREAD` of the span from the least to the greatest known value. Twelve normally distributed
 *   values span about 3.3 standard deviations. So the bound lies about four of them from the middle,
 *   and few later values exceed it. A trend or a season widens the span and the bound.
 * - `LEVEL` / count of the value at the edge. Few values show little of the usual range: a number may
 *   exceed three values by two thirds, twelve values by a sixth.
 * - for amounts, `ROOTS` square roots of the value at the edge, and at least `ROOTS`. Counts of events
 *   vary by the square root of their number.
 *
 * If all values have the same sign, the bounds also hold as ratios. Scores are an exception, because
 * their zero is not a natural limit. The bound towards zero is the closer of the two. Otherwise a
 * tenth of a value that varies fivefold would be usual. The bound away from zero is the wider one,
 * because such values are often skewed.
 */
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';

/** Fewer values do not show a spread. */
export const FEWEST = 3;

const SPREAD = 0.75;
const LEVEL = 2;
const ROOTS = 3;
/** With fewer values, one that differs may belong to a second kind of value. */
const FEWEST_WITH_STRAY = 6;

interface Bounds {
  lower: number;
  upper: number;
}

/** Numbers between its bounds are usual. */
export interface UsualRange extends Bounds {
  /** The number of values in the range, the least of them and the greatest. */
  count: number;
  least: number;
  greatest: number;
  /** The single known value far from all others. It is not part of the range above. */
  stray: number | undefined;
}

/** Returns the usual range of at least one value. */
export function usualRange(values: readonly number[], unit: Unit): UsualRange {
  if (values.length >= FEWEST_WITH_STRAY) {
    const strays = values.flatMap((stray, index) => {
      const range = rangeOf(values.toSpliced(index, 1), unit);
      return isBeyond(stray, range) ? [{ ...range, stray }] : [];
    });
    // Two stray values are no accident.
    if (strays.length === 1 && strays[0] !== undefined) return strays[0];
  }
  return rangeOf(values, unit);
}

export function isBeyond(value: number, { lower, upper }: Bounds): boolean {
  return value < lower || value > upper;
}

function rangeOf(values: readonly number[], unit: Unit): UsualRange {
  const [count, least, greatest] = [values.length, Math.min(...values), Math.max(...values)];
  return { count, least, greatest, ...bounds(least, greatest, count, unit), stray: undefined };
}

function bounds(least: number, greatest: number, count: number, unit: Unit): Bounds {
  // Zeros do not show the size of other values.
  if (count < FEWEST || (least === 0 && greatest === 0)) return { lower: -Infinity, upper: Infinity };
  if (greatest < 0) {
    const { lower, upper } = bounds(-greatest, -least, count, unit);
    return { lower: -upper, upper: -lower };
  }
  const share = LEVEL / count;
  const spans = Math.max(SPREAD, FEWEST / count);
  const scatter = (edge: number) =>
    unit === Unit.AMOUNT ? ROOTS * Math.max(1, Math.sqrt(Math.abs(edge))) : 0;
  const reach = (edge: number) => Math.max((greatest - least) * spans, Math.abs(edge) * share, scatter(edge));
  const linear = { lower: least - reach(least), upper: greatest + reach(greatest) };
  if (least <= 0 || unit === Unit.SCORE) return linear;
  const ratio = Math.max((greatest / least) ** spans, 1 + share);
  return {
    lower: Math.max(linear.lower, Math.min(least / ratio, least - scatter(least))),
    upper: Math.max(linear.upper, greatest * ratio),
  };
}
