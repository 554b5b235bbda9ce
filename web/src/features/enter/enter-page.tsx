/** The page to enter the values of a month. */
import { useTransport } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { lastEndedMonth, type Month, monthKey, readMonthKey } from '#shared/periods/months';
import { ScreenTitle } from '#shared/screens/screen-title';
import { type Me, useMe } from '#shared/session/me';
import { useDueMonths } from '#shared/values/due-months';
import { inMonth } from './address';
import { useTakenUp } from './drafts';
import { DueNotice } from './due-notice';
import { Grid } from './grid';
import { GridChoice } from './grid-choice';
import { KeptNotice } from './kept-notice';
import { MonthChoice } from './month-choice';
import { type Circles, loadEntries } from './rows';
import { hearTypedAhead } from './typed-ahead';

export function EnterPage() {
  const me = useMe();
  useEffect(hearTypedAhead, []);
  return (
    <Stack gap="lg">
      {me?.organisation.today === undefined ? (
        <Skeleton h={36} w={280} />
      ) : (
        <Choosing me={me} today={me.organisation.today} />
      )}
    </Stack>
  );
}

function Choosing({ me, today }: { me: Me; today: Month }) {
  const search = useSearch({ from: '/frame/enter' });
  const month = readMonthKey(search.month ?? '');
  // Future months take no values.
  if (month === undefined || monthKey(month) > monthKey(today)) return <Beginning me={me} today={today} />;
  return <Entering me={me} today={today} month={month} />;
}

/**
 * Starts with the oldest month that has missing values. The month goes into the address, so that the
 * page stays on it after its last value is entered.
 */
function Beginning({ me, today }: { me: Me; today: Month }) {
  const { data: due, isFetching } = useDueMonths(me.user.id);
  if (due === undefined || isFetching) return <Waiting />;
  const first = due[0]?.month ?? lastEndedMonth(today);
  return (
    <Navigate
      from="/enter"
      to="/enter"
      search={(before) => ({ ...before, month: monthKey(first) })}
      replace
    />
  );
}

interface Props {
  me: Me;
  today: Month;
  month: Month;
}

function Entering({ me, today, month }: Props) {
  const { t } = useLingui();
  const search = useSearch({ from: '/frame/enter' });
  const transport = useTransport();
  const navigate = useNavigate({ from: '/enter' });
  const key = monthKey(month);
  const takenUp = useTakenUp();
  // The rows wait for the due months, which stand above them, unless these cannot be read at once.
  const due = useDueMonths(me.user.id);
  const circles: Circles = me.user.gatekeeper ? 'all' : me.user.circles.map(({ circleId }) => circleId);
  const { data } = useQuery({
    queryKey: ['enter', circles, key],
    queryFn: async () => {
      const askedAt = performance.now();
      return { ...(await loadEntries(transport, circles, month)), askedAt };
    },
    // If the person joins or leaves a circle, the other rows stay, and so does the keyboard focus.
    placeholderData: (before, query) => (query?.queryKey[2] === key ? before : undefined),
    // No cache: a month that is opened again must have the values that were entered since.
    gcTime: 0,
  });
  const entries = due.isPending && due.failureCount === 0 ? undefined : data;
  const rows = entries?.rows;
  const choices = new Map(rows?.map(({ kpi }) => [kpi.circleId, kpi.circleName]));
  const wished = search.circle ?? '';
  const shown = choices.has(wished) ? wished : undefined;

  /** An empty string means all circles. */
  function chooseCircle(circle: string) {
    void navigate({
      to: '/enter',
      search: { month: key, ...(circle !== '' && { circle }) },
      replace: true,
    });
  }

  return (
    <>
      <Group justify="space-between" align="flex-end">
        <ScreenTitle>
          <Trans>Enter values</Trans>
        </ScreenTitle>
        <Group align="flex-end" gap="sm">
          {choices.size > 1 && (
            <GridChoice
              label={<Trans>Circle</Trans>}
              value={shown ?? ''}
              data={[
                { value: '', label: t`All circles` },
                ...[...choices].map(([value, label]) => ({ value, label })),
              ]}
              onChoose={chooseCircle}
            />
          )}
          <MonthChoice
            month={month}
            today={today}
            onChoose={(chosen) =>
              void navigate({ to: '/enter', search: (before) => inMonth(chosen, before) })
            }
          />
        </Group>
      </Group>
      {/* The key mounts it again for each month, so that it refetches if values were saved since. */}
      <DueNotice key={`due ${key}`} userId={me.user.id} shown={month} />
      {rows === undefined ? <Waiting /> : <KeptNotice userId={me.user.id} month={month} rows={rows} />}
      {rows?.length === 0 && (
        <Text>
          {circles.length === 0 ? (
            <Trans>You do not belong to a circle yet. Ask your gatekeeper.</Trans>
          ) : (
            <Trans>There is nothing to enter for this month.</Trans>
          )}
        </Text>
      )}
      {entries !== undefined && entries.rows.length > 0 && (
        <Grid
          key={`${key} ${takenUp}`}
          userId={me.user.id}
          month={month}
          rows={entries.rows}
          askedAt={entries.askedAt}
          circle={shown}
          wanted={search.kpi}
          // A circle of the person may have no KPI, and is then missing in `entries`.
          circleNames={[...me.user.circles.map(({ name }) => name), ...entries.circleNames]}
          onShowAll={() => chooseCircle('')}
        />
      )}
    </>
  );
}

function Waiting() {
  return (
    <Stack gap="xs">
      {['a', 'b', 'c', 'd', 'e'].map((line) => (
        <Skeleton key={line} h={44} />
      ))}
    </Stack>
  );
}
