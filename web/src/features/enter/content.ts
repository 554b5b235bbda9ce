/** The current or the wanted content of a period, without its version, and the changes between contents. */
import type { KpiValue, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Change } from '#shared/values/value-change';
import { isMarked, seenAs } from './cell';

/** The stored content, in the unit that the server has. */
export interface Held {
  /** Absent if the period is blank or has nothing to report. */
  number: number | undefined;
  /** The comment to the number, or the reason for nothing to report; empty if the period is blank. */
  note: string;
}

/** The content as a person means it: a number always has the unit in which the person saw or typed it. */
export type Content = Held & ({ number: number; unit: Unit } | { number: undefined; unit?: undefined });

export const BLANK: Content = { number: undefined, note: '' };

export function heldIn(value: KpiValue | undefined): Held {
  if (value?.value !== undefined) return { number: value.value, note: value.comment };
  return isMarked(value) ? { number: undefined, note: value?.comment ?? '' } : BLANK;
}

/** The content as a person sees it, with the unit in which the KPI is shown. */
export function contentOf(value: KpiValue | undefined, unit: Unit): Content {
  const { number, note } = heldIn(value);
  return number === undefined ? { number, note } : { number, note, unit };
}

/** Ignores the unit, because the server knows the unit of stored content. */
export function isSameContent(a: Held, b: Held): boolean {
  return a.number === b.number && a.note === b.note;
}

/** Whether the content says that there is nothing to report. */
export function saysNothing({ number, note }: Held): boolean {
  return number === undefined && note !== '';
}

/** Replaces the content by a number. A comment to a number stays; a reason for nothing to report does not. */
export function withNumber(before: Held, number: number, unit: Unit): Content {
  return { number, note: before.number === undefined ? '' : before.note, unit };
}

/** Replaces the comment to a number, or the reason for nothing to report. */
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
 * The next change towards the target content; absent if the period has that content. A number becomes
 * a mark in two steps, because the contract marks only blank periods.
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
 * Sends a number again that the period seems to have. This changes nothing, but the server refuses it
 * if another person has changed the value. Absent if there is no number.
 */
export function saidAgain(content: Content, known: KpiValue | undefined): Change | undefined {
  if (content.number === undefined || known === undefined) return undefined;
  const { number: value, unit } = content;
  return { kind: 'correct', id: known.id, etag: known.etag, value, unit };
}

/** The same for a comment, or for a reason for nothing to report. Absent if the period is blank. */
export function noteSaidAgain(content: Content, known: KpiValue | undefined): Change | undefined {
  const { number, note, unit } = content;
  if (number === undefined) return note === '' ? undefined : { kind: 'mark', ...seenAs(known), reason: note };
  return known && { kind: 'comment', id: known.id, etag: known.etag, number, unit, comment: note };
}

/** The content after a refused change is applied to the other person's content. */
export function insistedOn(change: Change, theirs: Content): Content {
  if (change.kind === 'comment') return withNote(theirs, change.comment);
  if ('value' in change && change.comment === undefined) return withNumber(theirs, change.value, change.unit);
  return contentAfter(change, theirs);
}

/** Whether a refused change and the other person's content agree, so that there is nothing to decide. */
export function agrees(change: Change, theirs: Content): boolean {
  if (change.kind === 'comment' && change.number !== theirs.number) return false;
  return isSameContent(insistedOn(change, theirs), theirs);
}
