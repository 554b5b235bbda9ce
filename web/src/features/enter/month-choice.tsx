import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect } from '@mantine/core';
import { useRef } from 'react';
import { addMonths, type Month, monthKey, monthName } from '#shared/periods/months';

const MONTHS_TO_CHOOSE = 24;

interface Props {
  month: Month;
  today: Month;
  /** Called with a month such as `2026-03`. */
  onChoose: (month: string) => void;
}

/** Gives the keyboard to the grid of the chosen month: the grid takes it if nothing has the focus. */
export function MonthChoice({ month, today, onChoose }: Props) {
  const { i18n } = useLingui();
  /** Whether a held key goes from month to month, without opening the list. */
  const isStepping = useRef(false);
  return (
    <NativeSelect
      label={<Trans>Month</Trans>}
      value={monthKey(month)}
      data={monthsUpTo(today, month).map((choice) => ({
        value: monthKey(choice),
        label: monthName(choice, i18n.locale),
      }))}
      onKeyDown={({ key, altKey }) => {
        isStepping.current = !altKey && key !== 'Enter' && key !== ' ';
      }}
      onKeyUp={() => {
        isStepping.current = false;
      }}
      onPointerDown={() => {
        isStepping.current = false;
      }}
      onChange={({ currentTarget }) => {
        if (!isStepping.current) currentTarget.blur();
        onChoose(currentTarget.value);
      }}
    />
  );
}

/** The current month, the months before it, and the shown month; newest first. */
function monthsUpTo(today: Month, shown: Month): Month[] {
  const months = Array.from({ length: MONTHS_TO_CHOOSE }, (_, back) => addMonths(today, -back));
  return months.some((month) => monthKey(month) === monthKey(shown)) ? months : [...months, shown];
}
