/** The link to the page to enter values, with the number of the person's due values. */
import { Trans } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import classes from './shell.module.css';

interface Props {
  /** Absent for people who belong to no circle: nothing is due from them. */
  userId: string | undefined;
  onClick: () => void;
  late: Partial<typeof import('./late')>;
}

export function EnterLink({ userId, onClick, late: { DueCount, DueDescription } }: Props) {
  const described = useId();
  const counts = userId !== undefined && DueCount !== undefined && DueDescription !== undefined;
  return (
    <>
      <Link
        to="/enter"
        className={classes.link}
        onClick={onClick}
        aria-describedby={counts ? described : undefined}
      >
        <Trans>Enter values</Trans>
        {counts && <DueCount userId={userId} />}
      </Link>
      {counts && <DueDescription id={described} userId={userId} />}
    </>
  );
}
