/** A button that answers a question. */
import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';
import { couldBeRead } from './read-ms';

interface Props extends ButtonProps {
  /** What the question is about, if it can change. Each new question restarts the time to read it. */
  about?: string;
  autoFocus?: boolean;
  onClick: () => void;
}

/**
 * A new question moves the content below it, and its own content may change under the pointer. A press
 * before `READ_MS` was meant for something else. It has no effect and does not move the focus.
 */
export function Choice({ about = '', onClick, ...button }: Props) {
  const [shown, setShown] = useState(() => ({ about, since: performance.now() }));
  if (shown.about !== about) setShown({ about, since: performance.now() });
  return (
    <Button
      variant="default"
      {...button}
      onPointerDown={(event) => {
        // In a grid, the press would tell the grid that the focused cell is meant.
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
