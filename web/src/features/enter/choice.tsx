/** One of the answers to a question. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import { couldBeRead } from '#shared/screens/read-ms';

/**
 * A question comes between rows, and moves what is below it. A press that comes before it can
 * have been read was meant for what was there, and leaves the keyboard where it is.
 */
export function Choice({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  const [since] = useState(() => performance.now());
  return (
    <Button
      size="compact-sm"
      variant="default"
      onPointerDown={(event) => {
        // Nor does it say that the cell with the keyboard is meant.
        if (!couldBeRead(since)) event.stopPropagation();
      }}
      onMouseDown={(event) => {
        if (!couldBeRead(since)) event.preventDefault();
      }}
      onClick={() => {
        if (couldBeRead(since)) onClick();
      }}
    >
      {children}
    </Button>
  );
}

/** A thousand without its separator, which might be taken for a decimal sign again. */
export function plainly(value: number, format: NumberFormat): string {
  return Number.isInteger(value) ? String(value) : formatNumber(value, format);
}
