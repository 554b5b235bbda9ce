/** The change of a value against an earlier one, and whether it is an improvement. */
import type { Target, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { isFlow } from '#shared/numbers/units';

/** Levels differ by points, flows by percent of the earlier value. */
export interface Change {
  kind: 'points' | 'percent';
  amount: number;
}

export type Direction = 'higher' | 'lower';

export type Verdict = 'better' | 'worse' | 'same';

/** Absent if there is nothing to compare with: no earlier value, or a flow of zero. */
export function changeAgainst(base: number | undefined, value: number, unit: Unit): Change | undefined {
  if (base === undefined) return undefined;
  if (!isFlow(unit)) return { kind: 'points', amount: value - base };
  if (base === 0) return undefined;
  // Relative to the size of the base: from −100 to −50 is a rise of 50 %.
  return { kind: 'percent', amount: ((value - base) / Math.abs(base)) * 100 };
}

/** The good direction; absent without a target, or if the target equals the baseline. */
export function goodDirection(target: Target | undefined): Direction | undefined {
  if (target === undefined || target.targetValue === target.initialValue) return undefined;
  return target.targetValue < target.initialValue ? 'lower' : 'higher';
}

/** Absent if the good direction is unknown. */
export function verdictOn({ amount }: Change, good: Direction | undefined): Verdict | undefined {
  if (amount === 0) return 'same';
  if (good === undefined) return undefined;
  return amount > 0 === (good === 'higher') ? 'better' : 'worse';
}

/** The newest target that began by the year, else the first one. */
export function targetOfYear(targets: readonly Target[], year: number): Target | undefined {
  return targets.findLast(({ fromYear }) => fromYear <= year) ?? targets[0];
}
