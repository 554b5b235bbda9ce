/** A pasted text that is not entered yet, and the reasons why a paste is refused. */
import { heldLocks, holdLock } from '#shared/browser/tab-locks';
import { guardTab, isGuarded } from '#shared/unsaved/tab-guard';
import type { Paste, PastePlace } from './paste';
import type { Row } from './rows';

/** The name under which the tab is guarded while a paste waits. */
const WAITING = 'a paste';

const LOCKS = 'kreis.paste.';

/**
 * A paste is not stored, so the browser asks before the tab closes or reloads, and the other tabs know of it.
 * Returns a function that ends this.
 */
export function guardPaste(userId: string): () => void {
  guardTab(WAITING, true);
  const release = holdLock(LOCKS + userId);
  return () => {
    guardTab(WAITING, false);
    release();
  };
}

/** Whether a paste of a person waits to be checked, in any tab of this browser. */
export async function pasteWaits(userId: string): Promise<boolean> {
  return isGuarded(WAITING) || (await heldLocks()).includes(LOCKS + userId);
}

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
