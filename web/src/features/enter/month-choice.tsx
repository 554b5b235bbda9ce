import { Trans, useLingui } from '@lingui/react/macro';
import { addMonths, type Month, monthKey, monthName } from '#shared/periods/months';
import { GridChoice } from './grid-choice';

const MONTHS_TO_CHOOSE = 24;

interface Props {
  month: Month;
  today: Month;
  /** Called with a month such as `2026-03`. */
  onChoose: (month: string) => void;
}

export function MonthChoice({ month, today, onChoose }: Props) {
  const { i18n } = useLingui();
  return (
    <GridChoice
      label={<Trans>Month</Trans>}
      value={monthKey(month)}
      data={monthsUpTo(today, month).map((choice) => ({
        value: monthKey(choice),
        label: monthName(choice, i18n.locale),
      }))}
      onChoose={onChoose}
    />
  );
}

/** The current month, the months before it, and the shown month; newest first. */
function monthsUpTo(today: Month, shown: Month): Month[] {
  const months = Array.from({ length: MONTHS_TO_CHOOSE }, (_, back) => addMonths(today, -back));
  return months.some((month) => monthKey(month) === monthKey(shown)) ? months : [...months, shown];
}
