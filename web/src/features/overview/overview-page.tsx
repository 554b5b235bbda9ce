/** The overview of the circles and their KPIs. */
import { Code } from '@connectrpc/connect';
import { Plural } from '@lingui/react/macro';
import { Stack, VisuallyHidden } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCircles } from '#shared/circles/circles';
import { readId } from '#shared/ids/read-id';
import { monthKey, readMonthKey } from '#shared/periods/months';
import { useMe } from '#shared/session/me';
import { chosenCircle, type OverviewAddress, orderOf, readAddress, sinceOf, sortKey } from './address';
import { Board } from './board';
import { CircleFilter } from './circle-filter';
import { dayKey } from './days';
import { NoCircles, NothingFound, UnknownCircle } from './empty';
import { Loading } from './loading';
import { MonthFilter } from './month-filter';
import classes from './overview.module.css';
import { OverviewTable } from './overview-table';
import { Refused } from './refused';
import { Search } from './search';
import { SortChoice } from './sort-choice';
import { StateBand } from './state-band';
import { TitleLine } from './title-line';
import { useGroups } from './use-groups';
import { useOverview } from './use-overview';
import { ViewChoice } from './view-choice';

type Changed = { [Name in keyof OverviewAddress]: OverviewAddress[Name] | undefined };

export function OverviewPage() {
  const address = useSearch({ from: '/frame/' });
  const navigate = useNavigate({ from: '/' });
  const me = useMe();
  const circles = useCircles() ?? [];
  const overview = useOverview(address);
  const groups = useGroups(overview.data, address);

  /** `typed` replaces the history entry, so that Back does not go through each typed letter. */
  function go(changed: Changed, typed = false) {
    void navigate({
      search: (before) => readAddress({ ...before, ...changed }),
      replace: typed,
      resetScroll: false,
    });
  }

  const mine = me?.user.circles.map(({ circleId }) => circleId);
  const today = me?.organisation.today;
  const asOf = readMonthKey(address.month ?? '') ?? overview.data?.asOf ?? today;

  return (
    <Stack gap="md">
      <TitleLine asOf={asOf} />
      {asOf !== undefined && today !== undefined && (
        <search className={classes.filters}>
          <CircleFilter
            chosen={chosenCircle(address.circle, mine) ?? 'all'}
            circles={circles}
            mine={mine !== undefined && mine.length > 0}
            onChoose={(circle) => go({ circle })}
          />
          <MonthFilter
            chosen={asOf}
            current={today}
            onChoose={(month) => go({ month: month && monthKey(month) })}
          />
          <ViewChoice view={address.view} onChoose={(view) => go({ view })} />
          <Search words={address.find ?? ''} onFind={(find) => go({ find }, true)} />
          {address.view === 'list' && (
            <SortChoice order={orderOf(address.sort)} onSort={(order) => go({ sort: sortKey(order) })} />
          )}
        </search>
      )}
      {overview.data?.stateCounts !== undefined && (
        <StateBand
          counts={overview.data.stateCounts}
          chosen={address.state}
          onChoose={(state) => go({ state })}
        />
      )}
      {content()}
      <VisuallyHidden role="status">
        {(address.find ?? address.state) !== undefined && groups !== undefined && (
          <Plural
            value={groups.reduce((sum, { rows }) => sum + rows.length, 0)}
            one="# KPI found"
            other="# KPIs found"
          />
        )}
      </VisuallyHidden>
    </Stack>
  );

  function content() {
    const { data, error, isPlaceholderData, refetch } = overview;
    if (error !== null && error.code !== Code.Unauthenticated)
      return <Refused error={error} onTryAgain={() => void refetch()} />;
    if (data === undefined || groups === undefined) return <Loading />;
    if (groups.length > 0 && address.view === undefined && asOf !== undefined && today !== undefined) {
      return (
        <Board
          groups={groups}
          asOf={asOf}
          since={sinceOf(address, today)}
          today={today}
          onCompare={(since) => go({ since: dayKey(since) })}
          outdated={isPlaceholderData}
        />
      );
    }
    if (groups.length > 0) {
      return (
        <OverviewTable
          groups={groups}
          order={orderOf(address.sort)}
          onSort={(order) => go({ sort: sortKey(order) })}
          outdated={isPlaceholderData}
        />
      );
    }
    if (data.circles.length > 0) {
      return (
        <NothingFound words={address.find ?? ''} onClear={() => go({ find: undefined, state: undefined })} />
      );
    }
    if (readId(address.circle) !== undefined)
      return <UnknownCircle onShowAll={() => go({ circle: 'all' })} />;
    return <NoCircles gatekeeper={me?.user.gatekeeper === true} />;
  }
}
