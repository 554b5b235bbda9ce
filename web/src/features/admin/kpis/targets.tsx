/** The baselines and targets of a KPI, by the year they hold from. */
import { useMutation } from '@connectrpc/connect-query';
import { useLingui as useCatalog } from '@lingui/react';
import { Trans, useLingui } from '@lingui/react/macro';
import { Text, VisuallyHidden } from '@mantine/core';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { AskedAct } from '#shared/acts/act';
import { formatNumber, useNumberFormat } from '#shared/numbers/formats';
import { useComplaints } from '../forms/complaints';
import { type Fields, Form } from '../forms/form';
import { useRefresh } from '../forms/refresh';
import type { Seen } from '../forms/seen';
import { useFaults } from '../forms/use-faults';
import { required, useNumbers } from '../forms/use-numbers';
import classes from '../lists/list.module.css';
import { KPI_FIELD_RULES } from './kpi-fields';
import { TargetFields, useFromYear, yearIn } from './target-fields';

const NUMBERS = ['initial_value', 'target_value'];

export function Targets({ seen }: { seen: Seen<Kpi> }) {
  return (
    <>
      {seen.thing.targets.length === 0 ? (
        <Text>
          <Trans>There is no target yet, and so no progress.</Trans>
        </Text>
      ) : (
        <TargetTable seen={seen} />
      )}
      <TargetForm seen={seen} />
    </>
  );
}

function TargetTable({ seen }: { seen: Seen<Kpi> }) {
  const { t } = useLingui();
  const format = useNumberFormat();
  const refresh = useRefresh();
  const remove = useMutation(KpiService.method.removeKpiTarget, {
    onSuccess: ({ kpi }) => {
      if (kpi !== undefined) seen.see(kpi);
      refresh();
    },
  });
  const { id, etag, targets } = seen.thing;

  return (
    <table className={`${classes.table} ${classes.wide}`}>
      <thead>
        <tr>
          <th scope="col">{t`From year`}</th>
          <th scope="col">{t`Baseline`}</th>
          <th scope="col">{t`Target`}</th>
          <th scope="col">
            <VisuallyHidden>{t`Remove`}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody className="figure">
        {targets.map(({ fromYear, initialValue, targetValue }) => (
          <tr key={fromYear}>
            <td data-label={t`From year`}>{fromYear}</td>
            <td data-label={t`Baseline`}>{formatNumber(initialValue, format)}</td>
            <td data-label={t`Target`}>{formatNumber(targetValue, format)}</td>
            <td>
              <AskedAct
                size="xs"
                name={t`Remove the target from ${fromYear}`}
                act={() => remove.mutateAsync({ kpiId: id, fromYear, etag })}
                question={<Trans>Remove baseline and target from {fromYear}?</Trans>}
                consequence={
                  <Trans>Progress of those years is then reckoned with the targets that are left.</Trans>
                }
              >
                <Trans>Remove</Trans>
              </AskedAct>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TargetForm({ seen }: { seen: Seen<Kpi> }) {
  const { i18n } = useCatalog();
  const fieldNumbers = useNumbers();
  const fromYear = useFromYear();
  const refresh = useRefresh();
  const set = useMutation(KpiService.method.setKpiTarget, {
    onSuccess: ({ kpi }) => {
      if (kpi !== undefined) seen.see(kpi);
      refresh();
    },
  });
  const refused = useComplaints(set.error, KPI_FIELD_RULES);
  const { complaints, find } = useFaults(refused);
  const { id, etag } = seen.thing;

  function submit(fields: Fields, isAsSent: () => boolean) {
    const { numbers, faults } = required(fieldNumbers.read(NUMBERS), NUMBERS, i18n);
    const { initial_value: initialValue, target_value: targetValue } = numbers;
    if (find(faults) || initialValue === undefined || targetValue === undefined) return;
    const { writings } = fieldNumbers;
    set.mutate(
      { kpiId: id, fromYear: yearIn(fields.text('from_year')), initialValue, targetValue, etag },
      {
        onSuccess: () => {
          // If the person has typed since, keep all fields: a year and its numbers belong together.
          if (!isAsSent()) return;
          fromYear.forget();
          fieldNumbers.forget(writings);
        },
      },
    );
  }

  return (
    <Form
      action={<Trans>Set baseline and target</Trans>}
      pending={set.isPending}
      complaints={complaints}
      done={set.isSuccess && <Trans>Saved.</Trans>}
      onSubmit={submit}
      onShowNewest={seen.showNewest}
    >
      <Text size="sm" className="quiet">
        <Trans>What begins with the same year is replaced. Earlier years keep theirs.</Trans>
      </Text>
      <TargetFields year={fromYear} numbers={fieldNumbers} complaints={complaints} />
    </Form>
  );
}
