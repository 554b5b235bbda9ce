/** One of the answers to a question. */
import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';
import { couldBeRead } from './read-ms';

interface Props extends ButtonProps {
  /** What is asked, where it may change: the time to read it begins anew with each other question. */
  about?: string;
  autoFocus?: boolean;
  onClick: () => void;
}

/**
 * A question moves what is below it, and what it compares may change under the pointer. A press
 * that comes before it can have been read was not meant for it, and leaves the keyboard where it is.
 */
export function Choice({ about = '', onClick, ...button }: Props) {
  const [shown, setShown] = useState(() => ({ about, since: performance.now() }));
  if (shown.about !== about) setShown({ about, since: performance.now() });
  return (
    <Button
      variant="default"
      {...button}
      onPointerDown={(event) => {
        // In a grid, it would say that the cell with the keyboard is meant.
        if (!couldBeRead(shown.since)) event.stopPropagation();
      }}
      onMouseDown={(event) => {
        if (!couldBeRead(shown.since)) event.preventDefault();
      }}
      onClick={() => {
        if (couldBeRead(shown.since)) onClick();
      }}
    />
  );
}
