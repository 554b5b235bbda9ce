/**
 * Reminds the person of other months that have missing values. Keeps its line without them, so that the
 * rows below do not move when the list has been read again.
 */
import { Plural, useLingui } from '@lingui/react/macro';
import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import { isSameMonth, type Month, monthKey, monthName } from '#shared/periods/months';
import { couldBeRead, useShown } from '#shared/screens/read-ms';
import { useDueMonths } from '#shared/values/due-months';
import { inMonth } from './address';
import classes from './grid.module.css';

export function DueNotice({ userId, shown }: { userId: string; shown: Month }) {
  const { i18n } = useLingui();
  const { data: due = [] } = useDueMonths(userId);
  const others = due.filter(({ month }) => !isSameMonth(month, shown));
  const links = useShown(others.map(({ month }) => monthKey(month)).join());

  /** The pointer was aimed at another link, which stood there before. */
  function ignoreHastyClick(event: MouseEvent) {
    if (event.detail === 0 || couldBeRead(links.current)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  if (others.length === 0) return <Text>&nbsp;</Text>;
  const missing = others.reduce((sum, other) => sum + other.missing, 0);
  return (
    <Group gap="xs" onClickCapture={ignoreHastyClick}>
      <Text className={classes.attention}>
        <Plural
          value={missing}
          one="# value of another month is missing:"
          other="# values of other months are missing:"
        />
      </Text>
      {others.map(({ month, missing: count }) => (
        <Anchor
          key={monthKey(month)}
          underline="always"
          renderRoot={(props) => (
            <Link
              {...props}
              from="/enter"
              to="/enter"
              search={(before) => inMonth(monthKey(month), before)}
            />
          )}
        >
          {monthName(month, i18n.locale)} ({count})
        </Anchor>
      ))}
    </Group>
  );
}
