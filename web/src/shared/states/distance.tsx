/** How far a KPI is from its pace, in words. A level is compared with its target. */
import { Plural, Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { PaceDistance } from '#gen/kreis/kpi/v1/state_pb';
import { isFlow } from '#shared/numbers/units';

interface Props {
  distance: Pick<PaceDistance, 'points'>;
  unit: Unit;
}

/** In points of progress, such as `6 points behind pace`. */
export function DistanceInPoints({ distance: { points = 0 }, unit }: Props) {
  const whole = Math.round(Math.abs(points));
  if (isFlow(unit)) {
    if (points < 0) {
      if (whole === 0) return <Trans>just behind pace</Trans>;
      return <Plural value={whole} one="# point behind pace" other="# points behind pace" />;
    }
    if (whole === 0) return <Trans>on pace</Trans>;
    return <Plural value={whole} one="# point ahead of pace" other="# points ahead of pace" />;
  }
  if (points < 0) {
    if (whole === 0) return <Trans>just short of the target</Trans>;
    return <Plural value={whole} one="# point short of the target" other="# points short of the target" />;
  }
  if (whole === 0) return <Trans>at the target</Trans>;
  return <Plural value={whole} one="# point beyond the target" other="# points beyond the target" />;
}

/** In the KPI's unit, such as `CHF 93’752 behind pace`; `amount` has no sign. */
export function DistanceInUnit({ distance: { points = 0 }, unit, amount }: Props & { amount: ReactNode }) {
  if (isFlow(unit)) {
    if (points < 0) return <Trans>{amount} behind pace</Trans>;
    return points === 0 ? <Trans>on pace</Trans> : <Trans>{amount} ahead of pace</Trans>;
  }
  if (points < 0) return <Trans>{amount} short of the target</Trans>;
  return points === 0 ? <Trans>at the target</Trans> : <Trans>{amount} beyond the target</Trans>;
}
