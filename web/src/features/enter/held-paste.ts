/** What was pasted and is not taken in yet, and why something is not. */
import type { Paste, Place } from './paste';
import type { Row } from './rows';

/** A text that waits in the preview. */
export interface Held {
  text: string;
  /** Where it was pasted. The server may send other rows while the preview is read. */
  place: Place;
  /** The rows of the place. */
  rows: readonly Row[];
  /** The row that had the cursor. */
  kpiId: string;
  /** The circle that was chosen; another choice shows other rows. */
  circle: string | undefined;
  /** When it was pasted, in the page's milliseconds. */
  pastedAt: number;
}

/** Why nothing of a paste that was read is taken in. */
export type ReadRefusal =
  | Extract<Paste, { kind: 'refused' }>
  /** Another one waits where another circle is shown, or all; nothing takes its place unseen. */
  | { kind: 'refused'; why: 'waits'; circle: string | undefined };

export type RefusedPaste =
  | ReadRefusal
  /** The code for it did not come. */
  | { kind: 'refused'; why: 'unloaded' }
  /** Other rows were shown before it was taken in. */
  | { kind: 'refused'; why: 'left' };
