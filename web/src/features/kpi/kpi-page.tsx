/** A KPI: what it is, its values and how far it has got. */
import { useQuery } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Alert, Skeleton, Stack, Text, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { ChangeLog } from '#shared/changes/change-log';
import { ScreenTitle } from '#shared/screens/screen-title';
import { Definition } from './definition';
import { Standing } from './standing';
import { Values } from './values-section';

const route = getRouteApi('/frame/kpis/$kpiId');

export function KpiPage() {
  const { kpiId } = route.useParams();
  const { data } = useQuery(KpiService.method.getKpi, { kpiId });
  const kpi = data?.kpi;
  if (kpi === undefined) return <Pending />;
  return (
    // The key resets the page for another KPI: open forms and input belong to one KPI.
    <Stack gap="xl" key={kpi.id}>
      <Heading kpi={kpi} />
      <Definition kpi={kpi} />
      <Values kpi={kpi} />
      <section aria-labelledby="changes">
        <Title order={2} size="h4" id="changes" mb="sm">
          <Trans>Changes</Trans>
        </Title>
        <ChangeLog scope={{ case: 'kpiId', value: kpi.id }} pageSize={10} namesKpi={false} />
      </section>
    </Stack>
  );
}

function Heading({ kpi }: { kpi: Kpi }) {
  return (
    <Stack gap={4}>
      <Text className="quiet">{kpi.circleName}</Text>
      <ScreenTitle>{kpi.name}</ScreenTitle>
      <Standing kpi={kpi} />
      {kpi.description !== '' && (
        <Text style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{kpi.description}</Text>
      )}
      {!kpi.active && (
        <Alert color="gray" variant="light" mt="sm">
          <Trans>This KPI is inactive and takes no values. What it has stays.</Trans>
        </Alert>
      )}
    </Stack>
  );
}

function Pending() {
  return (
    <Stack gap="xl" aria-busy>
      <Skeleton h={56} w={320} maw="100%" />
      <Skeleton h={160} />
      <Skeleton h={320} />
    </Stack>
  );
}
