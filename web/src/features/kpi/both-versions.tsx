/** A conflict: the value as it is now, and the change that the person wanted. */
import { useQuery } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Group, Skeleton, Stack, Text } from '@mantine/core';
import { Fragment } from 'react';
import { type Kpi, type KpiValue, KpiValueState, type Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { isPassing } from '#shared/errors/refusal';
import { type NumberFormat, useNumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';
import { momentName } from '#shared/periods/names';
import { Choice } from '#shared/screens/choice';
import { useMe } from '#shared/session/me';
import { type Mine, MineSentence } from '#shared/values/mine-sentence';

const TRY_AGAIN_MS = 2_000;

/** What the person wanted: a new number, a new comment, both, or neither: a retraction. */
interface Wanted {
  number: number | undefined;
  comment: string | undefined;
}

interface Props {
  kpi: Kpi;
  /** Absent until it is read. */
  theirs: KpiValue | undefined;
  /** The comment that the person saw. */
  before: string;
  mine: Wanted;
  /** The unit in which the number was typed. */
  unit: Unit;
  onTakeTheirs: () => void;
  /** Called with the version that the person's change replaces. */
  onTakeMine: (theirs: KpiValue) => void;
}

/** The value as it is now; absent until it is read. */
export function useTheirs(valueId: string, isWanted: boolean): KpiValue | undefined {
  const { data, isFetching } = useQuery(
    KpiValueService.method.getKpiValue,
    { kpiValueId: valueId },
    {
      enabled: isWanted,
      // No cache: the person's change would replace exactly the version that is shown.
      staleTime: 0,
      gcTime: 0,
      // Without theirs there is nothing to decide, so a lost connection is waited for.
      retry: (_, error) => isPassing(error),
      retryDelay: TRY_AGAIN_MS,
    },
  );
  return isWanted && !isFetching ? data?.kpiValue : undefined;
}

export function BothVersions({ kpi, theirs, before, mine, unit, onTakeTheirs, onTakeMine }: Props) {
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const me = useMe();
  if (theirs === undefined || me === undefined) return <Skeleton h={120} />;
  // The person's own change, in another tab or by a request whose response was lost.
  const isOwn = theirs.updatedBy?.userId === me.user.id;
  const who = theirs.updatedBy?.displayName ?? '';
  const when =
    theirs.updateTime === undefined ? '' : momentName(theirs.updateTime, i18n, me.organisation.timeZone);
  // Includes the current unit, in which the other person's number is shown.
  const compared = [theirs.etag, kpi.unit, mine.number, unit, mine.comment].join(' ');
  const isOtherComment =
    theirs.comment !== before || (before !== '' && mine.comment !== undefined && mine.comment !== before);
  const needsNumber = mine.number === undefined && mine.comment !== undefined;
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Stack gap="sm">
        <Text fw={600}>
          {isOwn ? (
            <Trans>This was changed under your name in the meantime.</Trans>
          ) : (
            <Trans>Another person has changed this meanwhile.</Trans>
          )}
        </Text>
        <Text>
          {who}, {when}:{' '}
          <strong>
            <Theirs kpi={kpi} value={theirs} />
          </strong>
        </Text>
        {theirs.value !== undefined && isOtherComment && (
          <Text>
            <TheirComment comment={theirs.comment} />
          </Text>
        )}
        <Text>
          {mineOf(mine, unit, format).map((said) => (
            <Fragment key={said.kind}>
              <MineSentence mine={said} />{' '}
            </Fragment>
          ))}
        </Text>
        <Group gap="xs">
          <Choice about={compared} onClick={onTakeTheirs}>
            {isOwn ? <Trans>Keep it as it is</Trans> : <Trans>Keep theirs</Trans>}
          </Choice>
          {(!needsNumber || theirs.value !== undefined) && (
            <Choice about={compared} onClick={() => onTakeMine(theirs)}>
              <TakeMine mine={mine} />
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

/** The comment may be older than the number, and from a third person. */
function TheirComment({ comment }: { comment: string }) {
  if (comment === '') return <Trans>There is no comment on it.</Trans>;
  return <Trans>The comment on it: “{comment}”.</Trans>;
}

function mineOf({ number, comment }: Wanted, unit: Unit, format: NumberFormat): Mine[] {
  if (number === undefined && comment === undefined) return [{ kind: 'retract' }];
  return [
    ...(number === undefined ? [] : [{ kind: 'number' as const, text: formatValue(number, unit, format) }]),
    ...(comment === undefined ? [] : [{ kind: 'comment' as const, comment }]),
  ];
}

function TakeMine({ mine: { number, comment } }: { mine: Wanted }) {
  if (number !== undefined) return <Trans>Save mine</Trans>;
  return comment === undefined ? <Trans>Take it back</Trans> : <Trans>Save my comment</Trans>;
}
