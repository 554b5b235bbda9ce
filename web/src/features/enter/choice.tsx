/** One answer to a question of a cell or of a paste. */
import type { ReactNode } from 'react';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import { Choice as Answer } from '#shared/screens/choice';

interface Props {
  children: ReactNode;
  /** What the question is about, if it can change while it is shown. */
  about?: string;
  onClick: () => void;
}

export function Choice({ children, about = '', onClick }: Props) {
  return (
    <Answer size="compact-sm" about={about} onClick={onClick}>
      {children}
    </Answer>
  );
}

/** Whole numbers have no separator of thousands, because it may be taken for a decimal sign. */
export function plainly(value: number, format: NumberFormat): string {
  return Number.isInteger(value) ? String(value) : formatNumber(value, format);
}
