/** What is kept of a cell that is not saved. */
import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Written } from '#shared/numbers/written';
import type { Attempt } from '#shared/values/value-change';
import type { Wanted } from './pending';

/** What a draft says of the number. Without a text where only the note was touched. */
export interface Saying extends Partial<Written> {
  /** Present where a value, or a mark, is to be taken back: the cell asks whether it is. */
  retract?: true;
}

export interface Draft extends Saying {
  /** The KPI's, to say on any screen what is not saved. */
  name: string;
  /** The KPI's that was shown when the text was begun. */
  unit?: Unit;
  note?: string;
  /** What it was begun over; absent where there was nothing. */
  seen?: Seen;
  /** Present once it was sent and has no answer yet. */
  attempt?: Attempt;
  /** What the period is to hold after that. */
  next?: Wanted;
  /** Present where something is being written over the attempt, else over `earlier`: what the cell shows once that is given up. */
  beneath?: Saying;
  /** The same as `attempt`, sent from a tab or session that is gone: it may have been saved, and is not sent again unasked. */
  earlier?: Attempt;
}

/** Whether it was sent and has no answer: it may have been saved. */
export function isEntrySent({ attempt, earlier }: Draft): boolean {
  return attempt !== undefined || earlier !== undefined;
}

/** The value that was on the screen. */
export interface Seen {
  id: string;
  etag: string;
  /** Absent where it was taken back, or marked as nothing to report. */
  number?: number;
  /** The comment to the number, or the reason why there is none; absent where it was empty. */
  comment?: string;
}
