/** The state of a cell in a few words. */
import { Trans } from '@lingui/react/macro';
import { type Cell, hasUnsavedNote, isBlank, isMarked, isSettled } from './cell';
import classes from './grid.module.css';
import { useTakesLong } from './takes-long';

export function CellStatus({ cell }: { cell: Cell }) {
  const { state, value } = cell;
  if (isSettled(cell) && hasUnsavedNote(cell)) {
    return (
      <span className={classes.quiet}>
        {isBlank(value) ? <Trans>reason not saved yet</Trans> : <Trans>comment not saved yet</Trans>}
      </span>
    );
  }
  switch (state.kind) {
    case 'idle':
      if (isMarked(value)) {
        return (
          <span className={classes.quiet}>
            ✓ <Trans>nothing to report</Trans>
          </span>
        );
      }
      return isBlank(value) ? null : (
        <span className={classes.quiet}>
          ✓ <Trans>entered</Trans>
        </span>
      );
    case 'typing':
      return (
        <span className={classes.quiet}>
          <Trans>not saved yet</Trans>
        </span>
      );
    case 'saving':
      return (
        <span className={classes.quiet}>
          <Saving since={state.since} />
        </span>
      );
    case 'waiting':
      return (
        <span className={classes.attention}>
          <Trans>kept, will be saved</Trans>
        </span>
      );
    case 'saved':
      return (
        <span className={classes.good}>
          ✓ <Trans>saved</Trans>
        </span>
      );
    case 'asking':
      return (
        <span className={classes.attention}>
          ? <Trans>please check</Trans>
        </span>
      );
    case 'conflict':
    case 'refused':
      return (
        <span className={classes.attention}>
          ! <Trans>not saved</Trans>
        </span>
      );
  }
}

function Saving({ since }: { since: number }) {
  return useTakesLong(since) ? <Trans>still saving …</Trans> : <Trans>saving …</Trans>;
}
