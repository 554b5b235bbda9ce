/** The values of a KPI by year, each with the progress at that time. */
import { useQuery } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Group, NativeSelect, Skeleton, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { type Kpi, Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { type Me, useMe } from '#shared/session/me';
import { Chart } from './chart';
import { chartShape, isEmpty } from './chart-shape';
import { DownloadChart, DownloadValues } from './download';
import { newestProgress, newestYear, periodRows, useValues, yearsOf } from './values';
import { ValuesTable } from './values-table';

const route = getRouteApi('/frame/kpis/$kpiId');

export function Values({ kpi }: { kpi: Kpi }) {
  const { t } = useLingui();
  const navigate = route.useNavigate();
  const { year: wished, explain } = route.useSearch();
  const me = useMe();
  const { values, isNewest } = useValues(kpi.id);
  const { data: progress } = useQuery(KpiService.method.getKpiProgress, { kpiId: kpi.id });
  const today = me?.organisation.today;
  if (me === undefined || today === undefined) return <Skeleton h={320} />;
  if (values === undefined || progress === undefined) return <Skeleton h={320} />;

  const years = yearsOf(values, today);
  const explained = explain === undefined ? undefined : newestProgress(progress.points, explain);
  // Future years take no values.
  if (wished === undefined || wished > today.year) {
    if (!isNewest) return <Skeleton h={320} />;
    return <Beginning year={explained?.year ?? newestYear(values, today)} />;
  }
  const year = wished;
  const yearly = kpi.periodicity === Periodicity.YEARLY;
  const span = yearly ? ([years.at(-1) ?? year, years[0] ?? year] as const) : ([year, year] as const);
  const rows = periodRows(kpi, values, progress.points, span, today);
  const shape = chartShape(kpi, rows);
  const drawn = !isEmpty(shape);
  return (
    <section aria-labelledby="values">
      <Stack gap="sm">
        <Group justify="space-between" align="end">
          <Title order={2} size="h4" id="values">
            {yearly ? <Trans>Values</Trans> : <Trans>Values {year}</Trans>}
          </Title>
          <Group gap="sm" align="end">
            <DownloadValues kpi={kpi} values={values} />
            {drawn && <DownloadChart kpi={kpi} shape={shape} year={yearly ? undefined : year} />}
            {!yearly && (
              <NativeSelect
                label={t`Year`}
                value={year}
                data={[...new Set([...years, year])].map(String)}
                onChange={({ currentTarget: { value } }) =>
                  void navigate({ search: { year: Number(value) }, replace: true, resetScroll: false })
                }
              />
            )}
          </Group>
        </Group>
        {values.length === 0 && (
          <Text className="quiet">
            <Trans>No value has been entered yet.</Trans>
          </Text>
        )}
        {drawn && <Chart kpi={kpi} shape={shape} />}
        <ValuesTable
          // Resets the table for another year.
          key={year}
          kpi={kpi}
          rows={rows}
          explained={explained}
          userId={me.user.id}
          mayCorrect={kpi.active && mayWrite(me, kpi)}
        />
      </Stack>
    </section>
  );
}

/**
 * Puts the year that is shown first into the address, so that the page stays on it when a value of
 * another year becomes the newest.
 */
function Beginning({ year }: { year: number }) {
  return (
    <>
      <Skeleton h={320} />
      <Navigate
        from="/kpis/$kpiId"
        to="/kpis/$kpiId"
        search={(before) => ({ ...before, year })}
        replace
        resetScroll={false}
      />
    </>
  );
}

function mayWrite({ user }: Me, { circleId }: Kpi): boolean {
  return user.gatekeeper || user.circles.some((circle) => circle.circleId === circleId);
}
