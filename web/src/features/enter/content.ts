/** What a period holds, whatever its version, and the changes that lead from one content to another. */
import type { KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Change, isMarked, seenAs } from './cell';

export interface Content {
  /** Absent where the period is blank or has nothing to report. */
  number: number | undefined;
  /** The comment to the number, else why there is nothing to report; empty where the period is blank. */
  note: string;
  /** In which the number was seen or typed; absent where that is not known. */
  unit?: Unit | undefined;
}

export const BLANK: Content = { number: undefined, note: '' };

export function contentOf(value: KpiValue | undefined): Content {
  if (value?.value !== undefined) return { number: value.value, note: value.comment };
  return isMarked(value) ? { number: undefined, note: value?.comment ?? '' } : BLANK;
}

/** Whatever the unit: of what is stored, the server knows it. */
export function isSameContent(a: Content, b: Content): boolean {
  return a.number === b.number && a.note === b.note;
}

/** Whether it says that there is nothing to report. */
export function saysNothing({ number, note }: Content): boolean {
  return number === undefined && note !== '';
}

/** A number in place of what was there; a comment stays with the number it was made to. */
export function withNumber(before: Content, number: number, unit: Unit | undefined): Content {
  return { number, note: before.number === undefined ? '' : before.note, unit };
}

/** A comment beside a number, else why there is none. */
export function withNote({ number }: Content, note: string): Content {
  return { number, note };
}

export function contentAfter(change: Change, before: Content): Content {
  switch (change.kind) {
    case 'record':
      return { number: change.value, note: change.comment ?? '', unit: change.unit };
    case 'correct':
      return { number: change.value, note: change.comment ?? before.note, unit: change.unit };
    case 'retract':
      return BLANK;
    case 'mark':
      return { number: undefined, note: change.reason };
    case 'comment':
      return { number: change.number, note: change.comment };
  }
}

/**
 * The next change on the way to a content; absent where the period has it. A number
 * gives way to a mark in two steps: the contract marks only blank periods.
 */
export function changeInto(target: Content, known: KpiValue | undefined): Change | undefined {
  const now = contentOf(known);
  if (isSameContent(now, target)) return undefined;
  if (target.number === undefined) {
    if (saysNothing(target) && now.number === undefined) {
      return { kind: 'mark', ...seenAs(known), reason: target.note };
    }
    return known === undefined ? undefined : { kind: 'retract', id: known.id, etag: known.etag };
  }
  const { number: value, note: comment } = target;
  if (known === undefined || now.number === undefined) {
    return { kind: 'record', ...seenAs(known), value, ...unitOf(target), ...(comment !== '' && { comment }) };
  }
  const { id, etag } = known;
  if (now.number === value) return { kind: 'comment', id, etag, number: value, comment };
  return { kind: 'correct', id, etag, value, ...unitOf(target), ...(comment !== now.note && { comment }) };
}

function unitOf({ unit }: Content): { unit?: Unit } {
  return unit === undefined ? {} : { unit };
}

/**
 * Says a number once more that seems to be there: it changes nothing, and is refused
 * where another person has changed the value since. Absent where there is no number.
 */
export function saidAgain(content: Content, known: KpiValue | undefined): Change | undefined {
  const { number: value } = content;
  if (value === undefined || known === undefined) return undefined;
  return { kind: 'correct', id: known.id, etag: known.etag, value, ...unitOf(content) };
}

/** The same for a comment, or for a reason why there is nothing to report. Absent where the period is blank. */
export function noteSaidAgain(known: KpiValue | undefined): Change | undefined {
  const { number, note } = contentOf(known);
  if (number === undefined) return note === '' ? undefined : { kind: 'mark', ...seenAs(known), reason: note };
  return known && { kind: 'comment', id: known.id, etag: known.etag, number, comment: note };
}

/** What a change that was refused would make of what somebody else has entered meanwhile. */
export function insistedOn(change: Change, theirs: Content): Content {
  if (change.kind === 'comment') return withNote(theirs, change.comment);
  if ('value' in change && change.comment === undefined) return withNumber(theirs, change.value, change.unit);
  return contentAfter(change, theirs);
}

/** Whether there is nothing to decide between a change that was refused and what another person has entered. */
export function agrees(change: Change, theirs: Content): boolean {
  if (change.kind === 'comment' && change.number !== theirs.number) return false;
  return isSameContent(insistedOn(change, theirs), theirs);
}
