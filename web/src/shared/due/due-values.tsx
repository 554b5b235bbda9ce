/** How many values are due from the person: the number in the navigation and the line on the overview. */
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Anchor, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { monthKey, monthName } from '#shared/periods/months';
import { useDueMonths } from '#shared/values/due-months';
import classes from './due-values.module.css';

/** A larger number would be wider than its place. */
const MOST_SHOWN = 99;

/** Hidden from screen readers: `DueDescription` says it in words. */
export function DueCount({ userId }: { userId: string }) {
  const due = useDue(userId);
  if (due === undefined) return null;
  return (
    <span aria-hidden className={classes.count}>
      {due.count > MOST_SHOWN ? `${MOST_SHOWN}+` : due.count}
    </span>
  );
}

/** Describes the link that has the number. Empty if nothing is due. */
export function DueDescription({ id, userId }: { id: string; userId: string }) {
  return <VisuallyHidden id={id}>{useDue(userId)?.sentence}</VisuallyHidden>;
}

/** Leads to the first blank cell. */
export function DueLine({ userId }: { userId: string }) {
  const due = useDue(userId);
  if (due === undefined) return null;
  const { month, firstKpiId } = due.first;
  return (
    <Anchor
      size="sm"
      underline="always"
      className={classes.line}
      renderRoot={(props) => (
        <Link {...props} to="/enter" search={{ month: monthKey(month), kpi: firstKpiId }} />
      )}
    >
      {due.sentence}
    </Anchor>
  );
}

/** Absent if nothing is due, and if that is not known. */
function useDue(userId: string) {
  const { t, i18n } = useLingui();
  const { data: months = [] } = useDueMonths(userId, false);
  const [first] = months;
  if (first === undefined) return undefined;
  const count = months.reduce((sum, { missing }) => sum + missing, 0);
  const name = monthName(first.month, i18n.locale);
  const sentence =
    months.length === 1
      ? t`${plural(count, { one: `# value due for ${name}`, other: `# values due for ${name}` })}`
      : t`${plural(count, { one: `# value due since ${name}`, other: `# values due since ${name}` })}`;
  return { first, count, sentence };
}
