/** What is kept of a cell that is not saved. */
import type { Attempt } from './cell';
import type { Wanted } from './pending';

export interface Draft {
  /** The KPI's, to say on any screen what is not saved. */
  name: string;
  /** Absent where only the note was touched. */
  text?: string;
  /** Whether it came from elsewhere, where numbers may be written otherwise. */
  pasted: boolean;
  note?: string;
  /** What it was begun over; absent where there was nothing. */
  seen?: Seen;
  /** Present once it was sent and has no answer yet. */
  attempt?: Attempt;
  /** What the period is to hold after that. */
  next?: Wanted;
  /** Present where something is being written over the attempt, else over `earlier`: what the cell shows once that is given up. */
  beneath?: { text?: string };
  /** The same as `attempt`, sent from a tab or session that is gone: it may have been saved, and is not sent again unasked. */
  earlier?: Attempt;
}

/** The value that was on the screen. */
export interface Seen {
  id: string;
  etag: string;
  /** Absent where it was taken back, or marked as nothing to report. */
  number?: number;
}
