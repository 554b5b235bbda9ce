/** KPIs by months, coloured by their state. Each cell leads to the KPI. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Text, Title } from '@mantine/core';
import { memo, useId, useState } from 'react';
import { type Month, monthKey, monthName } from '#shared/periods/months';
import classes from './board.module.css';
import { HeatMapDetails } from './heat-map-details';
import { monthsUpTo } from './heat-map-months';
import { HeatMapRow } from './heat-map-row';
import { useGridKeys } from './use-grid-keys';
import type { Group } from './use-groups';

/** Which cell the details are about: an id of a KPI and a month. */
export interface Place {
  kpiId: string;
  month: string;
}

export function HeatMap({ groups, asOf }: { groups: Group[]; asOf: Month }) {
  const [place, setPlace] = useState<Place>();
  const title = useId();
  const row = groups.flatMap(({ rows }) => rows).find(({ id }) => id === place?.kpiId);
  return (
    <section className={classes.heatMap} aria-labelledby={title}>
      <Title order={2} size="h5" id={title}>
        <Trans>States by month</Trans>
      </Title>
      <div className={classes.details}>
        {row !== undefined && place !== undefined ? (
          <HeatMapDetails row={row} month={place.month} />
        ) : (
          <Text size="sm" className="quiet">
            <Trans>Point at a field, or go through them with the arrow keys, to see its value.</Trans>
          </Text>
        )}
      </div>
      <Grid groups={groups} asOf={monthKey(asOf)} onPlace={setPlace} />
    </section>
  );
}

interface GridProps {
  groups: Group[];
  asOf: string;
  onPlace: (place: Place | undefined) => void;
}

/** Rendered again only when its data changes, and not when the pointer moves to another field. */
const Grid = memo(function Grid({ groups, asOf, onPlace }: GridProps) {
  const { t, i18n } = useLingui();
  const months = monthsUpTo(asOf);
  const narrow = narrowNames(i18n.locale);
  const { grid, onKeyDown, onFocus } = useGridKeys();

  function showPlace(target: EventTarget) {
    const cell = target instanceof Element ? target.closest('td') : null;
    const kpiId = cell?.parentElement?.dataset.kpi;
    const month = cell?.dataset.month;
    onPlace(kpiId === undefined || month === undefined ? undefined : { kpiId, month });
  }

  return (
    <table
      ref={grid}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its fields are reached with the arrow keys
      role="grid"
      aria-label={t`States by month`}
      className={classes.fields}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        onFocus(event);
        showPlace(event.target);
      }}
      onPointerOver={({ target }) => showPlace(target)}
      onPointerLeave={() => onPlace(undefined)}
    >
      <thead>
        <tr>
          <th scope="col">
            <Trans>KPI</Trans>
          </th>
          {months.map(({ key, month }) => (
            <th key={key} scope="col" aria-label={monthName(month, i18n.locale)}>
              <span aria-hidden>{narrow(month)}</span>
            </th>
          ))}
        </tr>
      </thead>
      {groups
        .filter(({ rows }) => rows.length > 0)
        .map(({ circle, rows }) => (
          <tbody key={circle.circleId}>
            <tr>
              <th scope="rowgroup" className={classes.groupName}>
                {circle.name}
              </th>
            </tr>
            {rows.map((row) => (
              <HeatMapRow key={row.id} row={row} months={months} />
            ))}
          </tbody>
        ))}
    </table>
  );
});

/** For people: `M`. */
function narrowNames(locale: string): (month: Month) => string {
  const printer = new Intl.DateTimeFormat(locale, { month: 'narrow', timeZone: 'UTC' });
  return ({ year, month }) => printer.format(new Date(Date.UTC(year, month - 1, 15)));
}
