/** The way to delete a circle made by mistake, or what stands in that way. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Group, Skeleton, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Circle, CircleService } from '#gen/kreis/org/v1/circle_service_pb';
import { AskedAct } from '../forms/act';
import { useRefresh } from '../forms/refresh';
import { TextLink } from '../layout/links';
import { useEveryKpi } from '../lists/whole-lists';

interface DeletingProps {
  /** With its members of now. */
  circle: Circle;
  /** Of the version that is shown. */
  etag: string;
}

export function Deleting({ circle: { id: circleId, name, members }, etag }: DeletingProps) {
  const navigate = useNavigate();
  const refresh = useRefresh();
  const remove = useMutation(CircleService.method.deleteCircle, {
    // What stands in the way is newer than what is shown.
    onError: refresh,
  });
  const kpis = useEveryKpi()?.filter((kpi) => kpi.circleId === circleId);
  if (kpis === undefined) return <Skeleton h={64} />;
  // A question that is already asked is refused by the server, and stays to say so.
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
