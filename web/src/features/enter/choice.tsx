/** One of the answers to what a cell or a paste asks. */
import type { ReactNode } from 'react';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import { Choice as Answer } from '#shared/screens/choice';

export function Choice({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  return (
    <Answer size="compact-sm" onClick={onClick}>
      {children}
    </Answer>
  );
}

/** A thousand without its separator, which might be taken for a decimal sign again. */
export function plainly(value: number, format: NumberFormat): string {
  return Number.isInteger(value) ? String(value) : formatNumber(value, format);
}
