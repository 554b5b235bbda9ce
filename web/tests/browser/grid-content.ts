/** The content of a period in the model of the grid. */

export interface Content {
  /** Absent if the period is blank or has nothing to report. */
  number: number | undefined;
  /** The comment on the number, or the reason for nothing to report; empty if the period is blank. */
  note: string;
}

export const BLANK: Content = { number: undefined, note: '' };

export function isSame(one: Content, other: Content): boolean {
  return one.number === other.number && one.note === other.note;
}

export function isBlank(content: Content): boolean {
  return isSame(content, BLANK);
}

/** A comment stays with its number. */
export function withNumber(before: Content, number: number): Content {
  return { number, note: before.number === undefined ? '' : before.note };
}

/** The kind of request that changes one content into another. */
export type Way = 'record' | 'correct' | 'retract' | 'mark' | 'comment';

export function wayFrom(before: Content, after: Content): Way {
  if (after.number === undefined)
    return before.number === undefined && after.note !== '' ? 'mark' : 'retract';
  if (before.number === undefined) return 'record';
  return before.number === after.number && before.note !== after.note ? 'comment' : 'correct';
}

/** The content that replaces another person's content in a conflict. */
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

/** Whether two changes agree, so that there is no conflict. A comment is about the number that was seen. */
export function agree(
  before: Content,
  after: Content,
  theirs: Content,
  way = wayFrom(before, after),
): boolean {
  if (way === 'comment' && after.number !== theirs.number) return false;
  return isSame(insisted(before, after, theirs, way), theirs);
}

/** A mark cannot replace a number, and a comment needs a number. */
export function canInsist(way: Way, theirs: Content): boolean {
  if (way === 'mark') return theirs.number === undefined;
  return way !== 'comment' || theirs.number !== undefined;
}

/** The contents that the server stores in turn: replacing a number by a mark takes two steps. */
export function stationsTo(before: Content, after: Content): Content[] {
  const isMark = after.number === undefined && after.note !== '';
  return isMark && before.number !== undefined ? [BLANK, after] : [after];
}

/**
 * Whether the server may have stored these contents, given the contents meant since the last
 * comparison. The client sends the first at once. After each answer it sends the newest. Each is
 * stored once.
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
