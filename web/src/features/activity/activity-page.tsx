/** Who changed what, by circle and month. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ListChangesRequest } from '#gen/kreis/kpi/v1/change_log_service_pb';
import { ChangeLog } from '#shared/changes/change-log';
import { useCircles } from '#shared/circles/circles';
import { MonthInput } from '#shared/periods/month-input';
import { readMonthKey } from '#shared/periods/months';
import { ScreenTitle } from '#shared/screens/screen-title';

const route = getRouteApi('/frame/activity');

export function ActivityPage() {
  const { circle, from, to } = route.useSearch();
  const first = readMonthKey(from ?? '');
  const last = readMonthKey(to ?? '');
  // Month keys sort in the order of time.
  const backwards = from !== undefined && to !== undefined && from > to;
  const scope: ListChangesRequest['scope'] =
    circle === undefined ? { case: undefined } : { case: 'circleId', value: circle };
  return (
    <Stack>
      <ScreenTitle>
        <Trans>Activity</Trans>
      </ScreenTitle>
      <Filters backwards={backwards} />
      {!backwards && (
        <section aria-labelledby="changes">
          <Title order={2} size="h4" id="changes" mb="sm">
            <Trans>Changes</Trans>
          </Title>
          <ChangeLog
            key={`${circle} ${from} ${to}`}
            scope={scope}
            from={first}
            to={last}
            pageSize={50}
            namesKpi
          />
        </section>
      )}
      {backwards && (
        <Text role="alert">
          <Trans>The last month lies before the first. Choose a later one.</Trans>
        </Text>
      )}
    </Stack>
  );
}

function Filters({ backwards }: { backwards: boolean }) {
  const { t } = useLingui();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const circles = useCircles();

  function filter(change: { circle?: string | undefined; from?: string; to?: string }) {
    const { circle, from, to } = { ...search, ...change };
    void navigate({
      search: {
        ...(circle !== undefined && { circle }),
        ...(from !== undefined && from !== '' && { from }),
        ...(to !== undefined && to !== '' && { to }),
      },
      replace: true,
    });
  }

  return (
    <Group align="end" gap="sm">
      <NativeSelect
        label={<Trans>Circle</Trans>}
        value={search.circle ?? ''}
        data={[
          { value: '', label: t`All circles` },
          ...(circles ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={({ currentTarget: { value } }) => filter({ circle: value === '' ? undefined : value })}
      />
      <MonthInput
        label={t`From month`}
        month={search.from}
        invalid={false}
        onChoose={(from) => filter({ from })}
      />
      <MonthInput
        label={t`To month`}
        month={search.to}
        invalid={backwards}
        onChoose={(to) => filter({ to })}
      />
    </Group>
  );
}
