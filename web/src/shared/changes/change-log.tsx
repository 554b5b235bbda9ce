/** The change log, newest first, a page at a time. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Skeleton, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import {
  type Change,
  ChangeLogService,
  type ListChangesRequest,
} from '#gen/kreis/kpi/v1/change_log_service_pb';
import type { Month } from '#shared/periods/months';
import { useMe } from '#shared/session/me';
import classes from './change-log.module.css';
import { ChangeSentence } from './change-sentence';
import { Days } from './days';
import { ShowMore } from './show-more';

interface Props {
  /** Only changes of one circle or KPI; absent for all. */
  scope?: ListChangesRequest['scope'];
  /** First and last month of the time of the change; absent for no bound. */
  from?: Month | undefined;
  to?: Month | undefined;
  /** Changes per page. */
  pageSize: number;
  /** Whether each entry names its KPI and links to it. */
  namesKpi: boolean;
}

export function ChangeLog({ scope = { case: undefined }, from, to, pageSize, namesKpi }: Props) {
  const me = useMe();
  const pages = useInfiniteQuery(
    ChangeLogService.method.listChanges,
    { pageSize, pageToken: '', scope, ...(from && { from }), ...(to && { to }) },
    { pageParamKey: 'pageToken', getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined },
  );
  if (pages.data === undefined || me === undefined) return <Skeleton h={320} />;
  const changes = pages.data.pages.flatMap((page) => page.changes);
  if (changes.length === 0) {
    return (
      <Text className="quiet">
        <Trans>Nothing was changed here.</Trans>
      </Text>
    );
  }
  return (
    <Stack align="flex-start">
      <Days changes={changes} timeZone={me.organisation.timeZone} order={3}>
        {(change) => (
          <>
            {namesKpi && <KpiLink change={change} />}
            <div className={classes.sentence}>
              <ChangeSentence change={change} />
            </div>
          </>
        )}
      </Days>
      <ShowMore pages={pages} />
    </Stack>
  );
}

/** Links to the KPI; for a changed value, to the year of its period. */
function KpiLink({ change: { kpiId, kpiName, detail } }: { change: Change }) {
  const year = detail.case === 'value' ? detail.value.period?.year : undefined;
  return (
    <Link
      to="/kpis/$kpiId"
      params={{ kpiId }}
      search={year === undefined ? {} : { year }}
      className={classes.kpi}
      preload={false}
    >
      {kpiName}
    </Link>
  );
}
