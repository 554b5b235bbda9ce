/** Shows who changed users, roles, circles and memberships, filtered by user or circle and by month. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ChangeLogService, type ListChangesRequest } from '#gen/kreis/org/v1/change_log_service_pb';
import { Days } from '#shared/changes/days';
import { ShowMore } from '#shared/changes/show-more';
import { useCircles } from '#shared/circles/circles';
import { MonthInput } from '#shared/periods/month-input';
import { readMonthKey } from '#shared/periods/months';
import { useMe } from '#shared/session/me';
import { Heading } from '../layout/heading';
import classes from '../lists/list.module.css';
import { useEveryUser } from '../lists/whole-lists';
import { type ChangeFilter, readChangeFilter } from './change-filter';
import { ChangeSentence } from './change-sentence';

export function ChangeList() {
  const filter = useSearch({ from: '/frame/admin/changes' });
  const { from, to } = filter;
  // Month keys sort in the order of time.
  const backwards = from !== undefined && to !== undefined && from > to;
  return (
    <>
      <Heading>
        <Trans>Changes of users and circles</Trans>
      </Heading>
      <Filters filter={filter} backwards={backwards} />
      {backwards ? (
        <Text role="alert">
          <Trans>The last month lies before the first. Choose a later one.</Trans>
        </Text>
      ) : (
        <Changes filter={filter} />
      )}
    </>
  );
}

function Filters({ filter, backwards }: { filter: ChangeFilter; backwards: boolean }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const users = useEveryUser() ?? [];
  const circles = useCircles() ?? [];

  function show(change: ChangeFilter) {
    void navigate({
      to: '/admin/changes',
      search: readChangeFilter({ ...filter, ...change }),
      replace: true,
    });
  }

  /** `chosen` is a kind and an id, such as `user 3`, or empty for all changes. */
  function showOf(chosen: string) {
    const [kind, id = ''] = chosen.split(' ');
    show({ user: kind === 'user' ? id : '', circle: kind === 'circle' ? id : '' });
  }

  return (
    <div className={classes.filters}>
      <NativeSelect
        label={<Trans>User or circle</Trans>}
        value={chosenOf(filter)}
        data={[
          { value: '', label: t`All users and circles` },
          {
            group: t`Users`,
            items: users.map(({ id, displayName }) => ({ value: `user ${id}`, label: displayName })),
          },
          {
            group: t`Circles`,
            items: circles.map(({ id, name }) => ({ value: `circle ${id}`, label: name })),
          },
        ]}
        onChange={({ currentTarget }) => showOf(currentTarget.value)}
      />
      <MonthInput
        label={t`From month`}
        month={filter.from}
        invalid={false}
        onChoose={(from) => show({ from })}
      />
      <MonthInput label={t`To month`} month={filter.to} invalid={backwards} onChoose={(to) => show({ to })} />
    </div>
  );
}

function chosenOf({ user, circle }: ChangeFilter): string {
  if (user !== undefined) return `user ${user}`;
  return circle === undefined ? '' : `circle ${circle}`;
}

function scopeOf({ user, circle }: ChangeFilter): ListChangesRequest['scope'] {
  if (user !== undefined) return { case: 'userId', value: user };
  return circle === undefined ? { case: undefined } : { case: 'circleId', value: circle };
}

function Changes({ filter }: { filter: ChangeFilter }) {
  const me = useMe();
  const circles = useCircles();
  const [from, to] = [readMonthKey(filter.from ?? ''), readMonthKey(filter.to ?? '')];
  const pages = useInfiniteQuery(
    ChangeLogService.method.listChanges,
    { pageToken: '', scope: scopeOf(filter), ...(from && { from }), ...(to && { to }) },
    { pageParamKey: 'pageToken', getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  );
  if (pages.data === undefined || me === undefined || circles === undefined) return <Skeleton h={320} />;
  const changes = pages.data.pages.flatMap((page) => page.changes);
  const existing = new Set(circles.map(({ id }) => id));
  if (changes.length === 0) {
    return (
      <Text className="quiet">
        <Trans>Nothing was changed here.</Trans>
      </Text>
    );
  }
  return (
    <Stack align="flex-start">
      <Days changes={changes} timeZone={me.organisation.timeZone} order={2}>
        {(change) => <ChangeSentence change={change} circleExists={existing.has(change.circleId)} />}
      </Days>
      <ShowMore pages={pages} />
    </Stack>
  );
}
