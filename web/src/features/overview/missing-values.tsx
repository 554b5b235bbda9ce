/** Which values are missing, by circle. For gatekeepers, another screen shows the people in charge. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { monthKey } from '#shared/periods/months';
import { periodName } from '#shared/periods/names';
import { useMe } from '#shared/session/me';
import classes from './board.module.css';
import type { Row } from './rows';
import type { Group } from './use-groups';

export function MissingValues({ groups }: { groups: Group[] }) {
  const title = useId();
  const me = useMe();
  const mine = new Set(me?.user.circles.map(({ circleId }) => circleId));
  const missing = groups.flatMap(({ circle, rows }) => {
    const due = rows.filter((row) => row.due !== undefined);
    return due.length > 0 ? [{ circle, due }] : [];
  });
  if (missing.length === 0) return null;
  return (
    <section className={classes.missing} aria-labelledby={title}>
      <Title order={2} size="h5" id={title}>
        <Trans>Missing values</Trans>
      </Title>
      <ul className={classes.missingList}>
        {missing.map(({ circle: { circleId, name, stateCounts }, due }) => {
          const { dueCount: asked = 0 } = stateCounts ?? {};
          const count = due.length;
          return (
            <li key={circleId}>
              <strong>{name}</strong>{' '}
              <span className="quiet">
                <Plural value={asked} one={`${count} of # value`} other={`${count} of # values`} />
              </span>
              <ul>
                {due.map((row) => (
                  <li key={row.id}>
                    <MissingValue row={row} circleId={circleId} mine={mine.has(circleId)} />
                  </li>
                ))}
              </ul>
            </li>
          );
        })}
      </ul>
      {me?.user.gatekeeper === true && (
        <Anchor component={Link} to="/admin/due">
          <Trans>Who has not entered values yet</Trans>
        </Anchor>
      )}
    </section>
  );
}

/** Leads members to the blank field, and other users to the KPI. */
function MissingValue({ row, circleId, mine }: { row: Row; circleId: string; mine: boolean }) {
  const { i18n } = useLingui();
  const { due } = row;
  if (due === undefined) return null;
  return (
    <>
      <Anchor
        inherit
        underline="always"
        renderRoot={(props) =>
          mine ? (
            <Link {...props} to="/enter" search={{ circle: circleId, month: monthKey(due), kpi: row.id }} />
          ) : (
            <Link {...props} to="/kpis/$kpiId" params={{ kpiId: row.id }} />
          )
        }
      >
        {row.name}
      </Anchor>{' '}
      <span className="quiet">{periodName(due, row.periodicity, i18n)}</span>
    </>
  );
}
