/** Sets the sort order on narrow screens, which have no column headers. */
import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect } from '@mantine/core';
import { COLUMNS, type Order, orderOf, sortKey } from './address';
import { useColumnNames } from './column-names';
import classes from './overview.module.css';

interface Props {
  order: Order;
  onSort: (order: Order) => void;
}

export function SortChoice({ order, onSort }: Props) {
  const { t } = useLingui();
  const names = useColumnNames();
  return (
    <NativeSelect
      label={<Trans>Sort by</Trans>}
      className={classes.sortChoice}
      hiddenFrom="md"
      value={sortKey(order)}
      onChange={({ currentTarget: { value } }) => onSort(orderOf(value))}
    >
      {COLUMNS.flatMap((column) => {
        const name = names[column];
        return [
          <option key={column} value={column}>
            {t`${name}, ascending`}
          </option>,
          <option key={`-${column}`} value={`-${column}`}>
            {t`${name}, descending`}
          </option>,
        ];
      })}
    </NativeSelect>
  );
}
