/** A button that answers a question. */
import { Button, type ButtonProps } from '@mantine/core';
import { couldBeRead, useShown } from './read-ms';

interface Props extends ButtonProps {
  /** What the question is about, if it can change. Each new question restarts the time to read it. */
  about?: string;
  autoFocus?: boolean;
  onClick: () => void;
}

/**
 * A new question moves the content below it, and its own content may change under the pointer. A press
 * before the time to read it was meant for something else. It has no effect and does not move the focus.
 */
export function Choice({ about = '', onClick, ...button }: Props) {
  const shown = useShown(about);
  return (
    <Button
      variant="default"
      {...button}
      onPointerDown={(event) => {
        // In a grid, the press would tell the grid that the focused cell is meant.
        if (!couldBeRead(shown.current)) event.stopPropagation();
      }}
      onMouseDown={(event) => {
        if (!couldBeRead(shown.current)) event.preventDefault();
      }}
      onClick={() => {
        if (couldBeRead(shown.current)) onClick();
      }}
    />
  );
}
