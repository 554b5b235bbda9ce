/** Says that something was typed where no field takes it, for example on a button beside the grid. */
import { Trans } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { fieldBeside, isWriting } from './row-controls';

export function TypedNowhere() {
  const [isSaid, setIsSaid] = useState(false);

  useEffect(() => {
    // In a cell or on a button of a row, the cell itself says whether it takes the key.
    const hear = (event: KeyboardEvent) => {
      if (isWriting(event) && !event.defaultPrevented) setIsSaid(!isInField(event));
    };
    const hearPaste = (event: ClipboardEvent) => setIsSaid(!isInField(event) && !isInRow(event));
    window.addEventListener('keydown', hear);
    window.addEventListener('paste', hearPaste);
    return () => {
      window.removeEventListener('keydown', hear);
      window.removeEventListener('paste', hearPaste);
    };
  }, []);

  if (!isSaid) return null;
  return (
    <Text role="alert" size="sm">
      <Trans>What you typed was not entered: choose a cell first.</Trans>
    </Text>
  );
}

function isInField({ target }: Event): boolean {
  return target instanceof Element && target.matches('input, textarea, select');
}

function isInRow({ target }: Event): boolean {
  return fieldBeside(target) !== undefined;
}
