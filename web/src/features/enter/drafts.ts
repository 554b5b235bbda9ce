/**
 * What was typed and is not saved yet, kept in this tab: it survives a reload, a
 * lost connection and a session that ended, and ends with the tab, which asks
 * before that. Each person and month has its own.
 */
import { type Month, monthKey } from '#shared/periods/months';
import type { Attempt } from './cell';
import type { Wanted } from './pending';

const PREFIX = 'kreis.drafts.';

export interface Draft {
  /** Absent where only the note was touched. */
  text?: string;
  /** Whether it came from elsewhere, where numbers may be written otherwise. */
  pasted: boolean;
  note?: string;
  /** Version of the value that was on the screen; empty where there was none. */
  etag: string;
  /** Present once it was sent and has no answer yet. */
  attempt?: Attempt;
  /** What the period is to hold after that. */
  next?: Wanted;
}

export type Drafts = Record<string, Draft>;

export function keptDrafts(userId: string, month: Month): Drafts {
  const text = sessionStorage.getItem(keyOf(userId, month));
  // Written by `keepDrafts` alone.
  return text === null ? {} : (JSON.parse(text) as Drafts);
}

export function keepDrafts(userId: string, month: Month, drafts: Drafts): void {
  const key = keyOf(userId, month);
  if (Object.keys(drafts).length === 0) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, JSON.stringify(drafts));
  guardDrafts();
}

/** Whoever leaves with drafts of any month is asked first, in the browser's own words. */
export function guardDrafts(): void {
  const kept = Object.keys(sessionStorage).some((key) => key.startsWith(PREFIX));
  // A listener that is always there would keep browsers from going back at once.
  if (kept) window.addEventListener('beforeunload', ask);
  else window.removeEventListener('beforeunload', ask);
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function keyOf(userId: string, month: Month): string {
  return `${PREFIX}${userId}.${monthKey(month)}`;
}
