/** Creates a KPI, with its first target if the person enters one. */
import { useMutation } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { useRequestId } from '#shared/rpc/request-id';
import { useComplaints } from '../forms/complaints';
import { type Fields, Form } from '../forms/form';
import { useRefresh } from '../forms/refresh';
import { useFaults } from '../forms/use-faults';
import { required, useNumbers } from '../forms/use-numbers';
import { Heading } from '../layout/heading';
import { TextLink } from '../layout/links';
import { KPI_FIELD_RULES, KpiFields } from './kpi-fields';
import { definitionIn, LIMIT_NAMES, lengthFaultsIn, limitsIn } from './kpi-input';
import { TargetFields, useFromYear, yearIn } from './target-fields';
import { THRESHOLD_NAMES, thresholdsIn } from './threshold-fields';

const PATH = 'targets[0].';
const FROM_YEAR = `${PATH}from_year`;
const INITIAL = `${PATH}initial_value`;
const TARGET = `${PATH}target_value`;

export function NewKpi() {
  const { i18n } = useLingui();
  const { circle } = useSearch({ from: '/frame/admin/kpis/new' });
  const navigate = useNavigate();
  const fieldNumbers = useNumbers();
  const fromYear = useFromYear();
  const requestIdOf = useRequestId();
  const refresh = useRefresh();
  const create = useMutation(KpiService.method.createKpi, {
    onSuccess: ({ kpi }) => {
      refresh();
      // The KPI is saved, but the form still counts as pending: its page guard would ask.
      void navigate({ to: '/admin/kpis/$kpiId', params: { kpiId: kpi?.id ?? '' }, ignoreBlocker: true });
    },
  });
  const refused = useComplaints(create.error, KPI_FIELD_RULES);
  const { complaints, find } = useFaults(refused);

  function submit(fields: Fields) {
    const wanted = fields.text(INITIAL).trim() !== '' || fields.text(TARGET).trim() !== '';
    const typed = fieldNumbers.read([...LIMIT_NAMES, ...THRESHOLD_NAMES, INITIAL, TARGET]);
    const { numbers, faults } = wanted ? required(typed, [INITIAL, TARGET], i18n) : typed;
    if (find({ ...faults, ...lengthFaultsIn(fields, i18n) })) return;
    const target = {
      fromYear: yearIn(fields.text(FROM_YEAR)),
      initialValue: numbers[INITIAL] ?? 0,
      targetValue: numbers[TARGET] ?? 0,
    };
    const kpi = {
      ...definitionIn(fields),
      limits: limitsIn(numbers),
      stateThresholds: thresholdsIn(numbers),
      targets: wanted ? [target] : [],
    };
    create.mutate({ ...kpi, requestId: requestIdOf(kpi) });
  }

  return (
    <>
      <Heading
        above={
          <TextLink to="/admin/kpis" size="sm">
            <Trans>All KPIs</Trans>
          </TextLink>
        }
      >
        <Trans>Create a KPI</Trans>
      </Heading>
      <Form
        action={<Trans>Create</Trans>}
        pending={create.isPending}
        complaints={complaints}
        onSubmit={submit}
      >
        <KpiFields circle={circle} numbers={fieldNumbers} complaints={complaints} />
        <Title order={2} size="h4" mt="sm">
          <Trans>Baseline and target, if there are any yet</Trans>
        </Title>
        <TargetFields path={PATH} year={fromYear} numbers={fieldNumbers} complaints={complaints} />
      </Form>
    </>
  );
}
