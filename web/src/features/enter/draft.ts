/** The draft of a cell that is not saved. */
import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Written } from '#shared/numbers/written';
import type { Attempt } from '#shared/values/value-change';
import type { Wanted } from './pending';

/** What a draft says about the number. It has no text if the person changed only the note. */
export interface Saying extends Partial<Written> {
  /** Set if a value or a mark is to be retracted: the cell then asks for confirmation. */
  retract?: true;
}

export interface Draft extends Saying {
  /** The KPI's name, so that every screen can say what is not saved. */
  name: string;
  /** The KPI's unit on the screen when the person began the text. */
  unit?: Unit;
  note?: string;
  /** The value that was on the screen when the draft began; absent if there was none. */
  seen?: Seen;
  /** Set after it was sent, until there is a response. */
  attempt?: Attempt;
  /** The content to save after that. */
  next?: Wanted;
  /**
   * Set if the person types over `attempt` or, without one, over `earlier`. The cell shows it again if
   * the person gives up the new text.
   */
  beneath?: Saying;
  /**
   * Like `attempt`, but from a closed tab or an ended session. It may have been saved, and is not
   * resent automatically.
   */
  earlier?: Attempt;
}

/** Whether it was sent without a response, so that it may have been saved. */
export function isEntrySent({ attempt, earlier }: Draft): boolean {
  return attempt !== undefined || earlier !== undefined;
}

/** The value that was on the screen. */
export interface Seen {
  id: string;
  etag: string;
  /** Absent if the value was retracted, or marked as nothing to report. */
  number?: number;
  /** The comment to the number, or the reason for nothing to report; absent if it was empty. */
  comment?: string;
}
