/** The value was changed meanwhile: what it is now, and what was wished here. */
import { useQuery } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { type Kpi, type KpiValue, KpiValueState, type Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';
import { momentName } from '#shared/periods/names';
import { useMe } from '#shared/session/me';

interface Props {
  kpi: Kpi;
  valueId: string;
  /** Absent where it was to be taken back. */
  mine: number | undefined;
  /** In which it was typed. */
  unit: Unit;
  onTakeTheirs: () => void;
  /** With the version that mine takes the place of. */
  onTakeMine: (theirs: KpiValue) => void;
}

export function BothVersions({ kpi, valueId, mine, unit, onTakeTheirs, onTakeMine }: Props) {
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const me = useMe();
  const { data, isFetching } = useQuery(
    KpiValueService.method.getKpiValue,
    { kpiValueId: valueId },
    // What is shown is what mine would take the place of.
    { staleTime: 0, gcTime: 0 },
  );
  const theirs = data?.kpiValue;
  if (theirs === undefined || isFetching || me === undefined) return <Skeleton h={120} />;
  // In another tab, or here by an attempt whose answer was lost.
  const isOwn = theirs.updatedBy?.userId === me.user.id;
  const who = theirs.updatedBy?.displayName ?? '';
  const when =
    theirs.updateTime === undefined ? '' : momentName(theirs.updateTime, i18n, me.organisation.timeZone);
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Stack gap="sm">
        <Text fw={600}>
          {isOwn ? (
            <Trans>This was changed under your name in the meantime.</Trans>
          ) : (
            <Trans>Somebody else has changed this in the meantime.</Trans>
          )}
        </Text>
        <Text>
          {who}, {when}:{' '}
          <strong>
            <Theirs kpi={kpi} value={theirs} />
          </strong>
        </Text>
        <Text>
          {mine === undefined ? (
            <Trans>You took it back.</Trans>
          ) : (
            <>
              <Trans>You typed:</Trans> <strong>{formatValue(mine, unit, format)}</strong>
            </>
          )}
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={onTakeTheirs}>
            {isOwn ? <Trans>Keep it as it is</Trans> : <Trans>Keep theirs</Trans>}
          </Button>
          <Button variant="default" onClick={() => onTakeMine(theirs)}>
            {mine === undefined ? <Trans>Take it back</Trans> : <Trans>Save mine</Trans>}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function Theirs({ kpi, value: { value, state } }: { kpi: Kpi; value: KpiValue }) {
  const format = useNumberFormat();
  if (value !== undefined) return formatValue(value, kpi.unit, format);
  return state === KpiValueState.NOTHING_TO_REPORT ? <Trans>nothing to report</Trans> : <Trans>blank</Trans>;
}
