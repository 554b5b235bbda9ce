/** How a value stands against an earlier one, and whether that is for the better. */
import { type Target, Unit } from '#gen/kreis/kpi/v1/kpi_pb';

/** Levels differ by points, flows by a part of what they were. */
export interface Change {
  kind: 'points' | 'percent';
  amount: number;
}

export type Direction = 'higher' | 'lower';

export type Verdict = 'better' | 'worse' | 'same';

/** Absent where there is nothing to compare with: a blank, or a part of zero. */
export function changeAgainst(base: number | undefined, value: number, unit: Unit): Change | undefined {
  if (base === undefined) return undefined;
  if (isLevel(unit)) return { kind: 'points', amount: value - base };
  if (base === 0) return undefined;
  // Of the base's size: from −100 to −50 is a rise by half.
  return { kind: 'percent', amount: ((value - base) / Math.abs(base)) * 100 };
}

/** Which way is good; absent where nobody has said. */
export function goodDirection(target: Target | undefined): Direction | undefined {
  if (target === undefined || target.targetValue === target.initialValue) return undefined;
  return target.targetValue < target.initialValue ? 'lower' : 'higher';
}

/** Absent where it is not known which way is good. */
export function verdictOn({ amount }: Change, good: Direction | undefined): Verdict | undefined {
  if (amount === 0) return 'same';
  if (good === undefined) return undefined;
  return amount > 0 === (good === 'higher') ? 'better' : 'worse';
}

/** The newest target that began by the year, else the first one. */
export function targetOfYear(targets: readonly Target[], year: number): Target | undefined {
  return targets.findLast(({ fromYear }) => fromYear <= year) ?? targets[0];
}

export function isLevel(unit: Unit): boolean {
  return unit === Unit.PERCENTAGE || unit === Unit.SCORE;
}
