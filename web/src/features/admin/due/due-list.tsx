/** Ended periods without a value, and the economists to remind of them. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { DueValue } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import type { Date as Day } from '#gen/kreis/org/v1/calendar_pb';
import type { Circle } from '#gen/kreis/org/v1/circle_service_pb';
import { useCircles } from '#shared/circles/circles';
import { periodName } from '#shared/periods/names';
import { sortedByName } from '#shared/texts/name-order';
import { Heading } from '../layout/heading';
import { TextLink } from '../layout/links';
import classes from '../lists/list.module.css';
import { LongList } from '../lists/long-list';
import { useEveryDueValue } from '../lists/whole-lists';
import { type DueFilter, readDueFilter } from './due-filter';

export function DueList() {
  const { t } = useLingui();
  const filter = useSearch({ from: '/frame/admin/due' });
  const navigate = useNavigate();
  const circles = useCircles();
  const economists = new Map(
    (circles ?? []).flatMap(({ members }) =>
      members.filter(({ active }) => active).map(({ userId, displayName }) => [userId, displayName] as const),
    ),
  );

  function show(change: Record<string, string>) {
    void navigate({ to: '/admin/due', search: readDueFilter({ ...filter, ...change }), replace: true });
  }

  return (
    <>
      <Heading>
        <Trans>Not yet entered</Trans>
      </Heading>
      <div className={classes.filters}>
        <NativeSelect
          label={<Trans>Circle</Trans>}
          value={filter.circle ?? ''}
          data={[
            { value: '', label: t`All circles` },
            ...(circles ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={({ currentTarget }) => show({ circle: currentTarget.value })}
        />
        <NativeSelect
          label={<Trans>Economist</Trans>}
          value={filter.economist ?? ''}
          data={[
            { value: '', label: t`All economists` },
            ...sortedByName([...economists], ([, name]) => name).map(([value, label]) => ({ value, label })),
          ]}
          onChange={({ currentTarget }) => show({ economist: currentTarget.value })}
        />
      </div>
      <Due filter={filter} circles={circles ?? []} />
    </>
  );
}

function Due({ filter: { circle, economist }, circles }: { filter: DueFilter; circles: Circle[] }) {
  const due = useEveryDueValue({
    ...(circle !== undefined && { circleId: circle }),
    ...(economist !== undefined && { userId: economist }),
    wholeOrganisation: circle === undefined && economist === undefined,
  });
  if (due === undefined) return <Skeleton h={240} />;
  return (
    <Stack>
      <Text role="status">
        <Plural
          value={due.length}
          _0="Nothing is due. What counts is the last twelve months, from when a KPI became active."
          one="# value has not been entered."
          other="# values have not been entered."
        />
      </Text>
      {due.length > 0 && (
        <LongList items={due}>
          {(visible) => <DueTable due={visible} economists={economistsOf(circles)} />}
        </LongList>
      )}
    </Stack>
  );
}

/** The names of each circle's active members. */
function economistsOf(circles: Circle[]): Map<string, string> {
  return new Map(
    circles.map(({ id, members }) => [
      id,
      members
        .filter(({ active }) => active)
        .map(({ displayName }) => displayName)
        .join(', '),
    ]),
  );
}

function DueTable({ due, economists }: { due: DueValue[]; economists: Map<string, string> }) {
  const { t, i18n } = useLingui();
  return (
    <table className={`${classes.table} ${classes.wide}`}>
      <thead>
        <tr>
          <th scope="col">{t`KPI`}</th>
          <th scope="col">{t`Period`}</th>
          <th scope="col">{t`Due since`}</th>
          <th scope="col">{t`Circle`}</th>
          <th scope="col">{t`Economists`}</th>
        </tr>
      </thead>
      <tbody>
        {due.map(({ kpiId, kpiName, circleId, circleName, periodicity, period, dueSince }) => (
          <tr key={`${kpiId} ${period?.year} ${period?.month}`}>
            <td className={classes.name}>
              <TextLink to="/admin/kpis/$kpiId" params={{ kpiId }} fw={600}>
                {kpiName}
              </TextLink>
            </td>
            <td data-label={t`Period`}>{period !== undefined && periodName(period, periodicity, i18n)}</td>
            <td data-label={t`Due since`}>{dueSince !== undefined && dayName(dueSince, i18n.locale)}</td>
            <td data-label={t`Circle`} className={classes.name}>
              {circleName}
            </td>
            <td data-label={t`Economists`} className={classes.person}>
              {economists.get(circleId) || t`Nobody`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function dayName({ year, month, day }: Day, locale: string): string {
  const noon = new Date(Date.UTC(year, month - 1, day, 12));
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(noon);
}
