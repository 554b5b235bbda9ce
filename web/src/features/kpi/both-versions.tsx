/** A conflict: the value as it is now, and the change that the person wanted. */
import { useQuery } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Group, Skeleton, Stack, Text } from '@mantine/core';
import { type Kpi, type KpiValue, KpiValueState, type Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { type NumberFormat, useNumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';
import { momentName } from '#shared/periods/names';
import { Choice } from '#shared/screens/choice';
import { useMe } from '#shared/session/me';
import { type Mine, MineSentence } from '#shared/values/mine-sentence';

interface Props {
  kpi: Kpi;
  valueId: string;
  /** Absent if the person wanted to retract the value. */
  mine: number | undefined;
  /** Set if the person changed only the comment; a comment needs a number. */
  comment: string | undefined;
  /** The unit in which the number was typed. */
  unit: Unit;
  onTakeTheirs: () => void;
  /** Called with the version that the person's change replaces. */
  onTakeMine: (theirs: KpiValue) => void;
}

export function BothVersions(props: Props) {
  const { kpi, valueId, mine, comment, unit, onTakeTheirs, onTakeMine } = props;
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const me = useMe();
  const { data, isFetching } = useQuery(
    KpiValueService.method.getKpiValue,
    { kpiValueId: valueId },
    // No cache: the person's change would replace exactly the version that is shown.
    { staleTime: 0, gcTime: 0 },
  );
  const theirs = data?.kpiValue;
  if (theirs === undefined || isFetching || me === undefined) return <Skeleton h={120} />;
  // The person's own change, in another tab or by a request whose response was lost.
  const isOwn = theirs.updatedBy?.userId === me.user.id;
  const who = theirs.updatedBy?.displayName ?? '';
  const when =
    theirs.updateTime === undefined ? '' : momentName(theirs.updateTime, i18n, me.organisation.timeZone);
  // Includes the current unit, in which the other person's number is shown.
  const compared = [theirs.etag, kpi.unit, mine, unit, comment].join(' ');
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
          <MineSentence mine={mineOf(mine, comment, unit, format)} />
        </Text>
        <Group gap="xs">
          <Choice about={compared} onClick={onTakeTheirs}>
            {isOwn ? <Trans>Keep it as it is</Trans> : <Trans>Keep theirs</Trans>}
          </Choice>
          {(comment === undefined || theirs.value !== undefined) && (
            <Choice about={compared} onClick={() => onTakeMine(theirs)}>
              <TakeMine mine={mine} comment={comment} />
            </Choice>
          )}
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

/** `number` is absent for a retraction, `comment` for a change of the number. */
function mineOf(
  number: number | undefined,
  comment: string | undefined,
  unit: Unit,
  format: NumberFormat,
): Mine {
  if (number === undefined) return { kind: 'retract' };
  if (comment !== undefined) return { kind: 'comment', comment };
  return { kind: 'number', text: formatValue(number, unit, format) };
}

function TakeMine({ mine, comment }: Pick<Props, 'mine' | 'comment'>) {
  if (mine === undefined) return <Trans>Take it back</Trans>;
  return comment === undefined ? <Trans>Save mine</Trans> : <Trans>Save my comment</Trans>;
}
