/** In a word, how it stands with a cell. */
import { Trans } from '@lingui/react/macro';
import { type Cell, isBlank } from './cell';
import classes from './grid.module.css';

export function CellStatus({ cell: { state, value } }: { cell: Cell }) {
  switch (state.kind) {
    case 'idle':
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
          <Trans>saving …</Trans>
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
