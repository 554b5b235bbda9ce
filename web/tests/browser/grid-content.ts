/** What a period holds, as the model of the grid tells it. */

export interface Content {
  /** Absent where the period is blank or has nothing to report. */
  number: number | undefined;
  /** The comment to the number, else why there is nothing to report; empty where the period is blank. */
  note: string;
}

export const BLANK: Content = { number: undefined, note: '' };

export function isSame(one: Content, other: Content): boolean {
  return one.number === other.number && one.note === other.note;
}

export function isBlank(content: Content): boolean {
  return isSame(content, BLANK);
}

/** A comment stays with the number that it was made to. */
export function withNumber(before: Content, number: number): Content {
  return { number, note: before.number === undefined ? '' : before.note };
}

/** What the server is asked for on the way from one content to another. */
export type Way = 'record' | 'correct' | 'retract' | 'mark' | 'comment';

export function wayFrom(before: Content, after: Content): Way {
  if (after.number === undefined)
    return before.number === undefined && after.note !== '' ? 'mark' : 'retract';
  if (before.number === undefined) return 'record';
  return before.number === after.number && before.note !== after.note ? 'comment' : 'correct';
}

/** What is meant where another person was faster, and mine is to take the place of theirs. */
export function insisted(
  before: Content,
  after: Content,
  theirs: Content,
  way = wayFrom(before, after),
): Content {
  if (way === 'retract') return BLANK;
  if (way === 'comment') return { number: theirs.number, note: after.note };
  const keepsTheirs = after.note === (before.number === undefined ? '' : before.note);
  return way !== 'mark' && keepsTheirs && after.number !== undefined
    ? withNumber(theirs, after.number)
    : after;
}

/** Whether each wanted what the other has entered; a comment is about the number that was seen. */
export function agree(
  before: Content,
  after: Content,
  theirs: Content,
  way = wayFrom(before, after),
): boolean {
  if (way === 'comment' && after.number !== theirs.number) return false;
  return isSame(insisted(before, after, theirs, way), theirs);
}

/** A mark takes no number's place, and a comment needs one. */
export function canInsist(way: Way, theirs: Content): boolean {
  if (way === 'mark') return theirs.number === undefined;
  return way !== 'comment' || theirs.number !== undefined;
}

/** What the server has in turn until a period holds this: a number gives way to a mark in two steps. */
export function stationsTo(before: Content, after: Content): Content[] {
  const isMark = after.number === undefined && after.note !== '';
  return isMark && before.number !== undefined ? [BLANK, after] : [after];
}

/**
 * Whether the server may have made these changes of what was meant since the last look:
 * the first one at once, then the newest whenever the one before had its answer, each once.
 */
export function mayHaveStored(meant: readonly Content[], stored: readonly Content[]): boolean {
  const [first] = stored;
  if (first !== undefined && (meant[0] === undefined || !isSame(first, meant[0]))) return false;
  let next = 0;
  for (const [index, content] of stored.entries()) {
    const before = stored[index - 1];
    if (before !== undefined && isSame(before, content)) return false;
    const found = meant.findIndex((each, place) => place >= next && isSame(each, content));
    if (found < 0) return false;
    next = found + 1;
  }
  return true;
}
