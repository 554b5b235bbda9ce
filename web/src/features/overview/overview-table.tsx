/** All circles with their KPIs. The column headers sort the rows. */
import { Trans, useLingui } from '@lingui/react/macro';
import { UnstyledButton } from '@mantine/core';
import type { Column, Order } from './address';
import { CircleGroup } from './circle-group';
import { useColumnNames } from './column-names';
import classes from './overview.module.css';
import type { Group } from './use-groups';

interface Props {
  groups: Group[];
  order: Order;
  onSort: (order: Order) => void;
  /** Whether the shown data is about to be replaced. */
  outdated: boolean;
}

export function OverviewTable({ groups, order, onSort, outdated }: Props) {
  const { t } = useLingui();
  const head = (column: Column) => <Head column={column} order={order} onSort={onSort} />;
  return (
    <table className={classes.table} aria-label={t`KPIs by circle`} aria-busy={outdated}>
      <thead>
        <tr>
          {head('name')}
          {head('value')}
          {head('previous')}
          {head('year')}
          <th scope="col" className={classes.course}>
            <Trans>Course</Trans>
          </th>
          {head('progress')}
          {head('state')}
          {head('target')}
        </tr>
      </thead>
      {groups.map(({ circle, rows }) => (
        <CircleGroup key={circle.circleId} circle={circle} rows={rows} />
      ))}
    </table>
  );
}

function Head({ column, order, onSort }: { column: Column } & Pick<Props, 'order' | 'onSort'>) {
  const names = useColumnNames();
  const chosen = order.column === column;
  const descending = chosen && !order.descending;
  const direction = order.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" className={classes[column]} {...(chosen && { 'aria-sort': direction })}>
      <UnstyledButton className={classes.sort} onClick={() => onSort({ column, descending })}>
        {names[column]}
        <span aria-hidden className={classes.sortMark}>
          {chosen ? (order.descending ? '↓' : '↑') : '↕'}
        </span>
      </UnstyledButton>
    </th>
  );
}
