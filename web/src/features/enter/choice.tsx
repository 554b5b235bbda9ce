/** One of the answers to a question. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';

export function Choice({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  return (
    <Button size="compact-sm" variant="default" onClick={onClick}>
      {children}
    </Button>
  );
}

/** A thousand without its separator, which might be taken for a decimal sign again. */
export function plainly(value: number, format: NumberFormat): string {
  return Number.isInteger(value) ? String(value) : formatNumber(value, format);
}
