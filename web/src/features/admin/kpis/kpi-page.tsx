/** One KPI: its definition, its targets, and whether it takes values. */
import { useMutation, useQuery } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Skeleton, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { Kpi, KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { Act, AskedAct } from '#shared/acts/act';
import { useComplaints } from '../forms/complaints';
import { type Fields, Form } from '../forms/form';
import { useRefresh } from '../forms/refresh';
import { type Seen, useSeen } from '../forms/seen';
import { useFaults } from '../forms/use-faults';
import { useNumbers } from '../forms/use-numbers';
import { isWritingBeside } from '../forms/writing';
import { Heading } from '../layout/heading';
import { TextLink } from '../layout/links';
import { Section } from '../layout/section';
import { KPI_FIELD_RULES, KpiFields } from './kpi-fields';
import { definitionIn, LIMIT_NAMES, lengthFaultsIn, limitsIn, optionsIn } from './kpi-input';
import { KpiStateMark } from './kpi-state';
import { useKpiValues } from './kpi-values';
import { Targets } from './targets';
import { THRESHOLD_NAMES, thresholdsIn } from './threshold-fields';
import { UnitQuestion } from './unit-question';

export function KpiPage() {
  const { kpiId } = useParams({ from: '/frame/admin/kpis/$kpiId' });
  const { data, refetch } = useQuery(KpiService.method.getKpi, { kpiId });
  const values = useKpiValues(kpiId);
  if (data?.kpi === undefined || values === undefined) return <Skeleton h={320} />;
  const read = async () => (await refetch()).data?.kpi;
  return <Parts key={kpiId} first={data.kpi} values={values} read={read} />;
}

interface PartsProps {
  first: Kpi;
  values: readonly KpiValue[];
  read: () => Promise<Kpi | undefined>;
}

function Parts({ first, values, read }: PartsProps) {
  const seen = useSeen(first, read);
  const kpi = seen.thing;
  return (
    <>
      <Heading
        above={
          <TextLink to="/admin/kpis" size="sm">
            <Trans>All KPIs</Trans>
          </TextLink>
        }
        beside={<KpiStateMark active={kpi.active} />}
      >
        {kpi.name}
      </Heading>
      <Stack>
        <Section title={<Trans>Definition</Trans>}>
          <EditForm key={seen.round} seen={seen} values={values} />
        </Section>
        <Section title={<Trans>Baseline and target by year</Trans>}>
          <Targets key={seen.round} seen={seen} />
        </Section>
        <Section title={<Trans>Taking values</Trans>}>
          <Activity seen={seen} />
        </Section>
      </Stack>
    </>
  );
}

function EditForm({ seen, values }: { seen: Seen<Kpi>; values: readonly KpiValue[] }) {
  const { i18n } = useLingui();
  const refresh = useRefresh();
  const update = useMutation(KpiService.method.updateKpi, {
    onSuccess: ({ kpi }) => {
      if (kpi !== undefined) seen.see(kpi);
      refresh();
    },
  });
  const refused = useComplaints(update.error, KPI_FIELD_RULES);
  const { complaints, find } = useFaults(refused);
  const { id, etag, unit, limits, stateThresholds } = seen.thing;
  const numberFields = useNumbers({
    'limits.minimum': limits?.minimum,
    'limits.maximum': limits?.maximum,
    'state_thresholds.on_track_from': stateThresholds?.onTrackFrom,
    'state_thresholds.slightly_behind_from': stateThresholds?.slightlyBehindFrom,
  });
  const numbers = values.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const [asked, setAsked] = useState<{ unit: Unit; submit: () => void }>();
  const agreed = useRef<Unit>(undefined);

  function ask(fields: Fields, submit: () => void): boolean {
    const { unit: chosen = unit } = optionsIn(fields);
    if (chosen === unit || chosen === agreed.current || numbers.length === 0) return false;
    setAsked({ unit: chosen, submit });
    return true;
  }

  function changeUnit() {
    agreed.current = asked?.unit;
    setAsked(undefined);
    asked?.submit();
  }

  function submit(fields: Fields) {
    const { numbers, faults } = numberFields.read([...LIMIT_NAMES, ...THRESHOLD_NAMES]);
    if (find({ ...faults, ...lengthFaultsIn(fields, i18n) })) return;
    const changed = {
      ...definitionIn(fields),
      ...(numberFields.isTouched(LIMIT_NAMES) && { limits: limitsIn(numbers) }),
      ...(numberFields.isTouched(THRESHOLD_NAMES) && { stateThresholds: thresholdsIn(numbers) }),
    };
    const { writings } = numberFields;
    update.mutate({ ...changed, kpiId: id, etag }, { onSuccess: () => numberFields.forget(writings) });
  }

  return (
    <>
      <Form
        action={<Trans>Save</Trans>}
        pending={update.isPending}
        complaints={complaints}
        done={update.isSuccess && <Trans>Saved.</Trans>}
        onSubmit={submit}
        ask={ask}
        onShowNewest={seen.showNewest}
      >
        <KpiFields
          kpi={seen.thing}
          frozen={values.length > 0}
          numbers={numberFields}
          complaints={complaints}
        />
      </Form>
      <UnitQuestion
        from={unit}
        to={asked?.unit}
        numbers={numbers}
        onChange={changeUnit}
        onCancel={() => setAsked(undefined)}
      />
    </>
  );
}

function Activity({ seen }: { seen: Seen<Kpi> }) {
  const refresh = useRefresh();
  const [changed, setChanged] = useState(false);
  const deactivate = useMutation(KpiService.method.deactivateKpi, { onSuccess: settle });
  const activate = useMutation(KpiService.method.activateKpi, { onSuccess: settle });
  const { id, etag, name, active } = seen.thing;

  function settle({ kpi }: { kpi?: Kpi | undefined }) {
    if (kpi !== undefined) seen.see(kpi);
    setChanged(!isWritingBeside());
    refresh();
  }

  if (!active) {
    return (
      <>
        <Text>
          <Trans>Is inactive and takes no values. Those it has stay.</Trans>
        </Text>
        <Act focused={changed} act={() => activate.mutateAsync({ kpiId: id, etag })}>
          <Trans>Activate</Trans>
        </Act>
      </>
    );
  }
  return (
    <>
      <Text>
        <Trans>Is active: its values are due once a period has ended.</Trans>
      </Text>
      <div>
        <AskedAct
          focused={changed}
          act={() => deactivate.mutateAsync({ kpiId: id, etag })}
          question={<Trans>Deactivate {name}?</Trans>}
          consequence={
            <Trans>It takes no further values, and nothing of it is due any more. What it has stays.</Trans>
          }
        >
          <Trans>Deactivate</Trans>
        </AskedAct>
      </div>
    </>
  );
}
