/** One answer to a question of a cell or of a paste. */
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

/** Whole numbers have no separator of thousands, because it may be taken for a decimal sign. */
export function plainly(value: number, format: NumberFormat): string {
  return Number.isInteger(value) ? String(value) : formatNumber(value, format);
}
