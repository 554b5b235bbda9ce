/** Every KPI, by circle. */
import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { useCircles } from '#shared/circles/circles';
import { PERIODICITY_NAMES, UNIT_NAMES } from '#shared/kpis/names';
import { formatNumber, useNumberFormat } from '#shared/numbers/formats';
import { Heading } from '../layout/heading';
import { ButtonLink, TextLink } from '../layout/links';
import classes from '../lists/list.module.css';
import { LongList } from '../lists/long-list';
import { useEveryKpi } from '../lists/whole-lists';
import { passes, readKpiFilter } from './kpi-filter';
import { KpiStateMark } from './kpi-state';

export function KpiList() {
  const { t } = useLingui();
  const filter = useSearch({ from: '/frame/admin/kpis' });
  const navigate = useNavigate();
  const kpis = useEveryKpi();
  const circles = useCircles() ?? [];

  function show(change: Record<string, string>) {
    void navigate({ to: '/admin/kpis', search: readKpiFilter({ ...filter, ...change }), replace: true });
  }

  return (
    <>
      <Heading
        beside={
          <ButtonLink
            to="/admin/kpis/new"
            search={filter.circle === undefined ? {} : { circle: filter.circle }}
          >
            <Trans>Create a KPI</Trans>
          </ButtonLink>
        }
      >
        <Trans>KPIs</Trans>
      </Heading>
      <div className={classes.filters}>
        <TextInput
          type="search"
          label={<Trans>Search KPIs</Trans>}
          value={filter.search ?? ''}
          onChange={({ currentTarget }) => show({ search: currentTarget.value })}
        />
        <NativeSelect
          label={<Trans>Circle</Trans>}
          value={filter.circle ?? ''}
          data={[
            { value: '', label: t`All circles` },
            ...circles.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={({ currentTarget }) => show({ circle: currentTarget.value })}
        />
        <NativeSelect
          label={<Trans>State</Trans>}
          value={filter.state ?? ''}
          data={[
            { value: '', label: t`Active and inactive` },
            { value: 'active', label: t({ message: 'Active', context: 'KPI' }) },
            { value: 'inactive', label: t({ message: 'Inactive', context: 'KPI' }) },
          ]}
          onChange={({ currentTarget }) => show({ state: currentTarget.value })}
        />
      </div>
      {kpis === undefined && <Skeleton h={240} />}
      {kpis?.length === 0 && <NoKpis />}
      {kpis !== undefined && kpis.length > 0 && (
        <LongList items={kpis.filter((kpi) => passes(kpi, filter))}>
          {(visible) => <KpiTable kpis={visible} />}
        </LongList>
      )}
    </>
  );
}

/** Shown while no KPI exists: says what to do first. */
function NoKpis() {
  const circles = useCircles();
  return (
    <Stack role="status" align="flex-start" gap="xs">
      <Text>
        {circles?.length === 0 ? (
          <Trans>There are no KPIs yet. Each belongs to a circle: create a circle first.</Trans>
        ) : (
          <Trans>There are no KPIs yet. Create the first one.</Trans>
        )}
      </Text>
      {circles?.length === 0 ? (
        <TextLink to="/admin/circles">
          <Trans>Create a circle</Trans>
        </TextLink>
      ) : (
        <TextLink to="/admin/kpis/new">
          <Trans>Create a KPI</Trans>
        </TextLink>
      )}
    </Stack>
  );
}

function KpiTable({ kpis }: { kpis: Kpi[] }) {
  const { t, i18n } = useLingui();
  const format = useNumberFormat();

  function newestTarget({ targets }: Kpi): string {
    const target = targets.at(-1);
    if (target === undefined) return '–';
    const [from, to] = [formatNumber(target.initialValue, format), formatNumber(target.targetValue, format)];
    return `${from} → ${to}`;
  }

  if (kpis.length === 0) {
    return (
      <Text role="status">
        <Trans>No KPI like that. Search for something else, or create one.</Trans>
      </Text>
    );
  }
  return (
    <table className={`${classes.table} ${classes.wide}`}>
      <thead>
        <tr>
          <th scope="col">{t`Name`}</th>
          <th scope="col">{t`Circle`}</th>
          <th scope="col">{t`Periodicity`}</th>
          <th scope="col">{t`Unit`}</th>
          <th scope="col">{t`Baseline → target`}</th>
          <th scope="col">{t`Steward`}</th>
          <th scope="col">{t`State`}</th>
        </tr>
      </thead>
      <tbody>
        {kpis.map((kpi) => (
          <tr key={kpi.id}>
            <td className={classes.name}>
              <TextLink to="/admin/kpis/$kpiId" params={{ kpiId: kpi.id }} fw={600}>
                {kpi.name}
              </TextLink>
            </td>
            <td data-label={t`Circle`} className={classes.name}>
              {kpi.circleName}
            </td>
            <td data-label={t`Periodicity`}>{i18n._(PERIODICITY_NAMES[kpi.periodicity])}</td>
            <td data-label={t`Unit`}>{i18n._(UNIT_NAMES[kpi.unit])}</td>
            <td data-label={t`Target`} className="figure">
              {newestTarget(kpi)}
            </td>
            <td data-label={t`Steward`} className={classes.person}>
              {kpi.steward?.displayName ?? '–'}
            </td>
            <td data-label={t`State`}>
              <KpiStateMark active={kpi.active} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
