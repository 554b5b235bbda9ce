/** Shows the board or the list of values. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { OverviewAddress } from './address';
import classes from './board.module.css';

interface Props {
  view: OverviewAddress['view'];
  onChoose: (view: OverviewAddress['view']) => void;
}

export function ViewChoice({ view, onChoose }: Props) {
  const { t } = useLingui();
  return (
    <fieldset className={classes.views} aria-label={t`View`}>
      <Button
        variant={view === undefined ? 'light' : 'subtle'}
        aria-pressed={view === undefined}
        onClick={() => onChoose(undefined)}
      >
        <Trans>Board</Trans>
      </Button>
      <Button
        variant={view === 'list' ? 'light' : 'subtle'}
        aria-pressed={view === 'list'}
        onClick={() => onChoose('list')}
      >
        <Trans>List</Trans>
      </Button>
    </fieldset>
  );
}
