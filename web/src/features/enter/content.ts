/** What a period holds, or is to hold, whatever its version, and the changes that lead from one content to another. */
import type { KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Change } from '#shared/values/value-change';
import { isMarked, seenAs } from './cell';

/** What stands there, in the unit that the server knows. */
export interface Held {
  /** Absent where the period is blank or has nothing to report. */
  number: number | undefined;
  /** The comment to the number, else why there is nothing to report; empty where the period is blank. */
  note: string;
}

/** The same as a person means it: a number always goes with the unit in which it was seen or typed. */
export type Content = Held & ({ number: number; unit: Unit } | { number: undefined; unit?: undefined });

export const BLANK: Content = { number: undefined, note: '' };

export function heldIn(value: KpiValue | undefined): Held {
  if (value?.value !== undefined) return { number: value.value, note: value.comment };
  return isMarked(value) ? { number: undefined, note: value?.comment ?? '' } : BLANK;
}

/** As it is seen where the KPI is shown in a unit. */
export function contentOf(value: KpiValue | undefined, unit: Unit): Content {
  const { number, note } = heldIn(value);
  return number === undefined ? { number, note } : { number, note, unit };
}

/** Whatever the unit: of what is stored, the server knows it. */
export function isSameContent(a: Held, b: Held): boolean {
  return a.number === b.number && a.note === b.note;
}

/** Whether it says that there is nothing to report. */
export function saysNothing({ number, note }: Held): boolean {
  return number === undefined && note !== '';
}

/** A number in place of what was there; a comment stays with the number it was made to. */
export function withNumber(before: Held, number: number, unit: Unit): Content {
  return { number, note: before.number === undefined ? '' : before.note, unit };
}

/** A comment beside a number, else why there is none. */
export function withNote(before: Content, note: string): Content {
  return { ...before, note };
}

export function contentAfter(change: Change, before: Held): Content {
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
      return { number: change.number, note: change.comment, unit: change.unit };
  }
}

/**
 * The next change on the way to a content; absent where the period has it. A number
 * gives way to a mark in two steps: the contract marks only blank periods.
 */
export function changeInto(target: Content, known: KpiValue | undefined): Change | undefined {
  const now = heldIn(known);
  if (isSameContent(now, target)) return undefined;
  if (target.number === undefined) {
    if (saysNothing(target) && now.number === undefined) {
      return { kind: 'mark', ...seenAs(known), reason: target.note };
    }
    return known === undefined ? undefined : { kind: 'retract', id: known.id, etag: known.etag };
  }
  const { number: value, note: comment, unit } = target;
  if (known === undefined || now.number === undefined) {
    return { kind: 'record', ...seenAs(known), value, unit, ...(comment !== '' && { comment }) };
  }
  const { id, etag } = known;
  if (now.number === value) return { kind: 'comment', id, etag, number: value, unit, comment };
  return { kind: 'correct', id, etag, value, unit, ...(comment !== now.note && { comment }) };
}

/**
 * Says a number once more that seems to be there: it changes nothing, and is refused
 * where another person has changed the value since. Absent where there is no number.
 */
export function saidAgain(content: Content, known: KpiValue | undefined): Change | undefined {
  if (content.number === undefined || known === undefined) return undefined;
  const { number: value, unit } = content;
  return { kind: 'correct', id: known.id, etag: known.etag, value, unit };
}

/** The same for a comment, or for a reason why there is nothing to report. Absent where the period is blank. */
export function noteSaidAgain(content: Content, known: KpiValue | undefined): Change | undefined {
  const { number, note, unit } = content;
  if (number === undefined) return note === '' ? undefined : { kind: 'mark', ...seenAs(known), reason: note };
  return known && { kind: 'comment', id: known.id, etag: known.etag, number, unit, comment: note };
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
