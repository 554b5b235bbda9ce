/** The heading of the overview, with the month on paper, and what is due from the person on the screen. */
import { Trans, useLingui } from '@lingui/react/macro';
import { type Month, monthName } from '#shared/periods/months';
import { ScreenTitle } from '#shared/screens/screen-title';
import { useLate } from '#shared/screens/use-late';
import { useMe } from '#shared/session/me';
import classes from './title-line.module.css';

const load = () => import('#shared/due/due-values');

export function TitleLine({ asOf }: { asOf: Month | undefined }) {
  const { i18n } = useLingui();
  const me = useMe();
  const { DueLine } = useLate(load);
  const isMember = me !== undefined && me.user.circles.length > 0;
  return (
    <div className={classes.line}>
      <ScreenTitle
        aside={asOf !== undefined && <span className={classes.printed}> {monthName(asOf, i18n.locale)}</span>}
      >
        <Trans>Overview</Trans>
      </ScreenTitle>
      {isMember && <div className={classes.due}>{DueLine && <DueLine userId={me.user.id} />}</div>}
    </div>
  );
}
