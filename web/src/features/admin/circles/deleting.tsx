/** Deletes a circle that was created by mistake, or says what prevents the deletion. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Group, Skeleton, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Circle, CircleService } from '#gen/kreis/org/v1/circle_service_pb';
import { AskedAct } from '#shared/acts/act';
import { useRefresh } from '../forms/refresh';
import { TextLink } from '../layout/links';
import { useEveryKpi } from '../lists/whole-lists';

interface DeletingProps {
  /** With its current members. */
  circle: Circle;
  /** The etag of the version on the screen. */
  etag: string;
}

export function Deleting({ circle: { id: circleId, name, members }, etag }: DeletingProps) {
  const navigate = useNavigate();
  const refresh = useRefresh();
  const remove = useMutation(CircleService.method.deleteCircle, {
    // The reason of a refusal may be newer than the data on the screen.
    onError: refresh,
  });
  const kpis = useEveryKpi()?.filter((kpi) => kpi.circleId === circleId);
  if (kpis === undefined) return <Skeleton h={64} />;
  // After a refusal the dialogue stays open, because it shows the reason.
  if (kpis.length > 0 && !remove.isError) {
    return (
      <>
        <Text>
          <Trans>The circle cannot be deleted: it has KPIs. Move them to another circle first.</Trans>
        </Text>
        <KpiLinks kpis={kpis} />
      </>
    );
  }
  if (members.length > 0 && !remove.isError) {
    return (
      <Text>
        <Trans>The circle cannot be deleted: it has economists. Remove them from it first.</Trans>
      </Text>
    );
  }

  async function act() {
    await remove.mutateAsync({ circleId, etag });
    await navigate({ to: '/admin/circles' });
    refresh();
  }

  return (
    <>
      <Text>
        <Trans>A circle made by mistake can be deleted, unless the change log names it.</Trans>
      </Text>
      <div>
        <AskedAct
          act={act}
          question={<Trans>Delete {name}?</Trans>}
          consequence={<Trans>The circle is gone. This cannot be undone.</Trans>}
          details={() => <KpiLinks kpis={kpis} />}
        >
          <Trans>Delete the circle</Trans>
        </AskedAct>
      </div>
    </>
  );
}

function KpiLinks({ kpis }: { kpis: readonly Kpi[] }) {
  return (
    <Group>
      {kpis.map(({ id, name }) => (
        <TextLink key={id} to="/admin/kpis/$kpiId" params={{ kpiId: id }} underline="always">
          {name}
        </TextLink>
      ))}
    </Group>
  );
}
