/** The fields of a KPI's definition, each with a description. */
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect, Skeleton, Textarea, TextInput } from '@mantine/core';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { UserState } from '#gen/kreis/org/v1/user_pb';
import { useCircles } from '#shared/circles/circles';
import { PERIODICITIES, PERIODICITY_NAMES, UNIT_NAMES, UNITS } from '#shared/kpis/names';
import { isFlow } from '#shared/numbers/units';
import type { Complaints, FieldRules } from '../forms/complaints';
import { NumberField } from '../forms/number-field';
import type { Numbers } from '../forms/use-numbers';
import classes from '../lists/list.module.css';
import { useEveryUser } from '../lists/whole-lists';
import { ThresholdFields } from './threshold-fields';

interface KpiFieldsProps {
  kpi?: Kpi;
  /** Id of the circle that is selected at the beginning. */
  circle?: string | undefined;
  /** Whether the KPI has values: its periodicity and its kind of unit are then fixed. */
  frozen?: boolean;
  /** The numbers of the limits and the thresholds. */
  numbers: Numbers;
  complaints: Complaints;
}

export function KpiFields({ kpi, circle, frozen = false, numbers, complaints }: KpiFieldsProps) {
  const { fields } = complaints;
  const { t, i18n } = useLingui();
  const circles = useCircles();
  const users = useEveryUser();
  if (circles === undefined || users === undefined) return <Skeleton h={320} />;

  const units =
    frozen && kpi !== undefined ? UNITS.filter((unit) => isFlow(unit) === isFlow(kpi.unit)) : UNITS;
  const choose = { value: '', label: t`Please choose` };
  const stewards = users
    .filter(({ id, state }) => state !== UserState.INACTIVE || id === kpi?.steward?.userId)
    .map(({ id, displayName }) => ({ value: id, label: displayName }));

  return (
    <>
      <div className={classes.fields}>
        <TextInput
          name="name"
          label={<Trans>Name</Trans>}
          description={<Trans>What the economists look for, such as “donations”.</Trans>}
          defaultValue={kpi?.name}
          error={fields.name}
          autoFocus={kpi === undefined}
        />
        <NativeSelect
          name="circle_id"
          label={<Trans>Circle</Trans>}
          description={<Trans>Its members are the economists who enter the values.</Trans>}
          data={[
            ...(kpi === undefined ? [choose] : []),
            ...circles.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          defaultValue={kpi?.circleId ?? circle ?? ''}
          error={fields.circle_id}
        />
      </div>
      <Textarea
        name="description"
        label={<Trans>Description</Trans>}
        description={
          <Trans>What exactly is counted, and where the number comes from. It may be left empty.</Trans>
        }
        defaultValue={kpi?.description}
        error={fields.description}
        rows={3}
      />
      <div className={classes.fields}>
        <NativeSelect
          name="periodicity"
          label={<Trans>Periodicity</Trans>}
          description={
            frozen ? (
              <Trans>The KPI has values for such periods, so this stays as it is.</Trans>
            ) : (
              <Trans>How often there is a value. Once values are entered, this cannot be changed.</Trans>
            )
          }
          data={[
            ...(kpi === undefined ? [choose] : []),
            ...PERIODICITIES.map((each) => ({ value: String(each), label: i18n._(PERIODICITY_NAMES[each]) })),
          ]}
          defaultValue={kpi === undefined ? '' : String(kpi.periodicity)}
          disabled={frozen}
          error={fields.periodicity}
        />
        <NativeSelect
          name="unit"
          label={<Trans>Unit</Trans>}
          description={
            frozen ? (
              <Trans>
                The KPI has values: only francs and amount, or percentage and score, can still be exchanged.
              </Trans>
            ) : (
              <Trans>
                Francs and amounts add up over the year. Of percentages and scores the newest value counts.
              </Trans>
            )
          }
          data={[
            ...(kpi === undefined ? [choose] : []),
            ...units.map((unit) => ({ value: String(unit), label: i18n._(UNIT_NAMES[unit]) })),
          ]}
          defaultValue={kpi === undefined ? '' : String(kpi.unit)}
          error={fields.unit}
        />
      </div>
      <div className={classes.fields}>
        <NumberField
          numbers={numbers}
          name="limits.minimum"
          label={<Trans>Least value allowed</Trans>}
          description={<Trans>A smaller value is refused, as a slip. Empty for no limit.</Trans>}
          fault={fields['limits.minimum']}
        />
        <NumberField
          numbers={numbers}
          name="limits.maximum"
          label={<Trans>Greatest value allowed</Trans>}
          description={<Trans>Such as 100 for a percentage. Empty for no limit.</Trans>}
          fault={fields['limits.maximum']}
        />
      </div>
      <ThresholdFields numbers={numbers} complaints={complaints} />
      <div className={classes.fields}>
        <NativeSelect
          name="steward.user_id"
          label={<Trans>Steward</Trans>}
          description={<Trans>The person to ask about it. A steward has no further rights.</Trans>}
          data={[{ value: '', label: t`Nobody` }, ...stewards]}
          defaultValue={kpi?.steward?.userId ?? ''}
          error={fields['steward.user_id']}
        />
      </div>
    </>
  );
}

const CHOOSE = msg`Please choose one.`;
const NUMBER = msg`Please enter a number.`;
const THRESHOLD = msg`Please enter both numbers or none, from −1,000 to 1,000. The second is not above the first.`;
const YEAR = msg`Please enter a year between 1900 and 2200.`;

export const KPI_FIELD_RULES: FieldRules = {
  rules: {
    name: msg`Please enter 1 to 200 characters.`,
    circle_id: CHOOSE,
    description: msg`Please enter at most 2,000 characters.`,
    periodicity: CHOOSE,
    unit: CHOOSE,
    'limits.minimum': NUMBER,
    'limits.maximum': msg`The greatest value cannot lie below the least.`,
    'state_thresholds.on_track_from': THRESHOLD,
    'state_thresholds.slightly_behind_from': THRESHOLD,
    'targets[0].from_year': YEAR,
    'targets[0].initial_value': NUMBER,
    'targets[0].target_value': NUMBER,
    from_year: YEAR,
    initial_value: NUMBER,
    target_value: NUMBER,
  },
  fieldOfReason: {
    KPI_NAME_TAKEN: 'name',
    CIRCLE_NOT_FOUND: 'circle_id',
    STEWARD_NOT_FOUND: 'steward.user_id',
    LIMITS_EXCLUDE_VALUES: 'limits.minimum',
  },
};
