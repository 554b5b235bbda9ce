import { Trans, useLingui } from '@lingui/react/macro';
import { ActionIcon, NativeSelect } from '@mantine/core';
import {
  addMonths,
  isSameMonth,
  type Month,
  monthKey,
  monthName,
  readMonthKey,
} from '#shared/periods/months';
import classes from './overview.module.css';

const YEARS_BACK = 10;

interface Props {
  chosen: Month;
  /** The organisation's current month, which is the last choice. */
  current: Month;
  /** `month` is undefined for the current month, so that the address stays right in later months. */
  onChoose: (month: Month | undefined) => void;
}

export function MonthFilter({ chosen, current, onChoose }: Props) {
  const { t, i18n } = useLingui();
  const choose = (month: Month) => onChoose(isSameMonth(month, current) ? undefined : month);
  const years = monthsByYear(chosen, current);
  return (
    <div className={classes.monthFilter}>
      <NativeSelect
        label={<Trans>As of</Trans>}
        value={monthKey(chosen)}
        onChange={({ currentTarget: { value } }) => choose(readMonthKey(value) ?? current)}
      >
        {[...years].map(([year, months]) => (
          <optgroup key={year} label={String(year)}>
            {months.map((month) => (
              <option key={month.month} value={monthKey(month)}>
                {monthName(month, i18n.locale)}
              </option>
            ))}
          </optgroup>
        ))}
      </NativeSelect>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t`The month before`}
        onClick={() => choose(addMonths(chosen, -1))}
      >
        <span aria-hidden>‹</span>
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t`The month after`}
        disabled={monthKey(chosen) >= monthKey(current)}
        onClick={() => choose(addMonths(chosen, 1))}
      >
        <span aria-hidden>›</span>
      </ActionIcon>
    </div>
  );
}

/** Newest first; includes the chosen month even if it lies outside the usual range. */
function monthsByYear(chosen: Month, current: Month): Map<number, Month[]> {
  const usual = Array.from({ length: YEARS_BACK * 12 + 1 }, (_, back) => addMonths(current, -back));
  const there = usual.some((month) => isSameMonth(month, chosen));
  const months = there ? usual : [...usual, chosen].sort((a, b) => b.year - a.year || b.month - a.month);
  return Map.groupBy(months, ({ year }) => year);
}
