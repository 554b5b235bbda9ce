/** The KPIs that have moved most since a day, such as that of the last meeting. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Group, TextInput, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { StateMark } from '#shared/states/state-mark';
import classes from './board.module.css';
import { type Day, dayKey, readDayKey } from './days';
import { isTipped, type Mover, movementOf } from './movers';
import type { Group as CircleWithRows } from './use-groups';

const SHOWN = 5;

interface Props {
  groups: CircleWithRows[];
  since: Day;
  today: Day;
  onChoose: (since: Day) => void;
}

export function ChangesSince({ groups, since, today, onChoose }: Props) {
  const { t } = useLingui();
  const title = useId();
  const { movers, better, worse, tipped, corrected, recorded } = movementOf(
    groups.flatMap(({ rows }) => rows),
  );
  const chosen = dayKey(since);
  return (
    <section className={classes.since} aria-labelledby={title}>
      <Group gap="sm">
        <Title order={2} size="h5" id={title}>
          <Trans>Changes since</Trans>
        </Title>
        <TextInput
          key={chosen}
          type="date"
          size="xs"
          aria-label={t`The day to compare with`}
          defaultValue={chosen}
          max={dayKey(today)}
          onChange={({ currentTarget: { value } }) => {
            const day = readDayKey(value);
            if (day !== undefined && value <= dayKey(today)) onChoose(day);
          }}
        />
      </Group>
      <p className={classes.counts}>
        {better + worse + tipped + corrected + recorded === 0 ? (
          <Trans>Nothing has changed.</Trans>
        ) : (
          <>
            <Plural value={better} one="# KPI better" other="# KPIs better" />
            {' · '}
            <Plural value={worse} one="# worse" other="# worse" />
            {' · '}
            <Plural value={tipped} one="# with another state" other="# with another state" />
            {' · '}
            <Plural value={recorded} one="# new value" other="# new values" />
            {' · '}
            <Plural value={corrected} one="# value corrected" other="# values corrected" />
          </>
        )}
      </p>
      <ul className={classes.movers}>
        {movers.slice(0, SHOWN).map((mover) => (
          <li key={mover.row.id}>
            <MoverLine mover={mover} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function MoverLine({ mover: { row, points } }: { mover: Mover }) {
  const size = Math.abs(points);
  return (
    <>
      <span aria-hidden>{points > 0 ? '▲' : '▼'}</span>{' '}
      <Anchor
        inherit
        underline="always"
        renderRoot={(props) => <Link {...props} to="/kpis/$kpiId" params={{ kpiId: row.id }} />}
      >
        {row.name}
      </Anchor>{' '}
      {points > 0 ? (
        <Plural value={size} one="# point better" other="# points better" />
      ) : (
        <Plural value={size} one="# point worse" other="# points worse" />
      )}
      {isTipped(row) && row.earlier !== undefined && (
        <>
          {', '}
          <Trans>
            from <StateMark state={row.earlier.state} /> to <StateMark state={row.state} />
          </Trans>
        </>
      )}
    </>
  );
}
