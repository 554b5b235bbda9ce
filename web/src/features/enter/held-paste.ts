/** A pasted text that is not entered yet, and the reasons why a paste is refused. */
import type { Paste, PastePlace } from './paste';
import type { Row } from './rows';

/** The name under which the tab is guarded while a paste waits. */
export const WAITING_PASTE = 'a paste';

/** A text that waits in the preview. */
export interface Held {
  text: string;
  /** Where it was pasted. The server may send other rows while the person reads the preview. */
  place: PastePlace;
  /** The rows of the place. */
  rows: readonly Row[];
  /** The KPI of the row that had the cursor. */
  kpiId: string;
  /** The circle that was chosen. Another choice shows other rows. */
  circle: string | undefined;
  /** Whether the person was elsewhere already when the code to read it had been loaded. */
  isLate: boolean;
  /** When it was pasted (`performance.now()`). */
  pastedAt: number;
}

/** Why a paste was refused after it was read. */
export type ReadRefusal =
  | Extract<Paste, { kind: 'refused' }>
  /** Another paste waits, under another choice of circle. A new paste must not replace it unseen. */
  | { kind: 'refused'; why: 'waits'; circle: string | undefined };

export type RefusedPaste =
  | ReadRefusal
  /** The code for pasting could not be loaded. */
  | { kind: 'refused'; why: 'unloaded' }
  /** The screen showed other rows before the paste was entered. */
  | { kind: 'refused'; why: 'left' };
