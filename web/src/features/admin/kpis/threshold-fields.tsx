/** From which distance the KPI is on track and slightly behind, if not as everywhere. */
import { Trans } from '@lingui/react/macro';
import type { Complaints } from '../forms/complaints';
import { NumberField } from '../forms/number-field';
import type { Numbers } from '../forms/use-numbers';
import classes from '../lists/list.module.css';

const ON_TRACK = 'state_thresholds.on_track_from';
const SLIGHTLY_BEHIND = 'state_thresholds.slightly_behind_from';

export const THRESHOLD_NAMES = [ON_TRACK, SLIGHTLY_BEHIND];

interface Props {
  numbers: Numbers;
  complaints: Complaints;
}

export function ThresholdFields({ numbers, complaints: { fields } }: Props) {
  return (
    <div className={classes.fields}>
      <NumberField
        numbers={numbers}
        name={ON_TRACK}
        label={<Trans>On track from</Trans>}
        description={
          <Trans>Points of progress ahead of the pace, such as 0. Empty for the organisation’s rule.</Trans>
        }
        fault={fields[ON_TRACK]}
      />
      <NumberField
        numbers={numbers}
        name={SLIGHTLY_BEHIND}
        label={<Trans>Slightly behind from</Trans>}
        description={<Trans>Such as −10. What lies below is behind.</Trans>}
        fault={fields[SLIGHTLY_BEHIND]}
      />
    </div>
  );
}

/** Both thresholds together, as the contract takes them; without numbers, the organisation's hold. */
export function thresholdsIn(numbers: Record<string, number>) {
  const { [ON_TRACK]: onTrackFrom, [SLIGHTLY_BEHIND]: slightlyBehindFrom } = numbers;
  return {
    ...(onTrackFrom !== undefined && { onTrackFrom }),
    ...(slightlyBehindFrom !== undefined && { slightlyBehindFrom }),
  };
}
