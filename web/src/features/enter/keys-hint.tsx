/** Says below the grid how the keyboard reaches what Tab passes. */
import { Trans } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import classes from './grid.module.css';

export function KeysHint({ id }: { id: string }) {
  return (
    <Text size="sm" id={id} className={classes.hint}>
      <Trans>
        Tab leads to the next row, the right arrow key to the buttons of a row, and Enter to the answers to a
        question.
      </Trans>
    </Text>
  );
}
