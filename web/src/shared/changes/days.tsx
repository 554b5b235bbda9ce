/** Entries of a change log, grouped by day, each with its time. */
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { clockTime, dayName } from '#shared/periods/names';
import classes from './change-log.module.css';

interface Entry {
  id: string;
  createTime?: Timestamp | undefined;
}

interface Props<Change extends Entry> {
  changes: readonly Change[];
  timeZone: string;
  /** The level of the days' headings, one below the heading above them. */
  order: 2 | 3;
  /** Renders one change. */
  children: (change: Change) => ReactNode;
}

export function Days<Change extends Entry>({ changes, timeZone, order, children }: Props<Change>) {
  const Heading = order === 2 ? 'h2' : 'h3';
  const { i18n } = useLingui();
  const days = Map.groupBy(changes, ({ createTime }) =>
    createTime === undefined ? '' : dayName(createTime, i18n, timeZone),
  );
  return [...days].map(([day, ofDay]) => (
    <section key={day} aria-label={day} className={classes.day}>
      <Heading className={classes.date}>{day}</Heading>
      <ul className={classes.entries}>
        {ofDay.map((change) => (
          <li key={change.id} className={classes.entry}>
            {change.createTime !== undefined && (
              <time dateTime={timestampDate(change.createTime).toISOString()} className={classes.time}>
                {clockTime(change.createTime, i18n, timeZone)}
              </time>
            )}
            <div>{children(change)}</div>
          </li>
        ))}
      </ul>
    </section>
  ));
}
