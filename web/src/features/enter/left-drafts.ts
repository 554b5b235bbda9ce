/**
 * Unsent entries that a person has left in this browser today, in a tab or a
 * session that is gone. They are shown to their owner and sent only once the
 * owner says so, cell by cell.
 */
import { useEffect, useSyncExternalStore } from 'react';
import { type Month, readMonthKey } from '#shared/periods/months';
import { currentTab } from '#shared/session/tab';
import { otherTabs } from '#shared/session/tabs';
import {
  type Draft,
  type DraftRecord,
  type Drafts,
  keyOf,
  removeRecord,
  storedRecords,
  storeRecord,
} from './draft-records';
import { draftsVersion, keepDrafts, keptDrafts, ownRecords, watchDrafts } from './drafts';

let left: readonly DraftRecord[] = [];
let takenUp = 0;
const watchers = new Set<() => void>();

/** A person's unsent entries: those of this tab, then those that were left. */
export function useUnsent(userId: string): DraftRecord[] {
  useSyncExternalStore(watchDrafts, draftsVersion);
  const leftNow = useSyncExternalStore(watch, () => left);
  useEffect(() => {
    const look = () => void lookForLeft(userId);
    look();
    // Another tab may have been closed meanwhile.
    document.addEventListener('visibilitychange', look);
    window.addEventListener('storage', dropRemoved);
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('storage', dropRemoved);
    };
  }, [userId]);
  return [...ownRecords(userId), ...leftNow.filter((record) => record.userId === userId)];
}

export function isOwn({ tab }: DraftRecord): boolean {
  return tab === currentTab();
}

export function monthOf({ month }: DraftRecord): Month {
  const found = readMonthKey(month);
  if (found === undefined) throw new Error(`a draft is of no month: ${month}`);
  return found;
}

/** How often something was taken up: a month on the screen then begins anew from its drafts. */
export function useTakenUp(): number {
  return useSyncExternalStore(watch, () => takenUp);
}

/**
 * Goes on with what was left: this tab has it as typed text from now on. A cell
 * that this tab has typed into already keeps that, and the other stays offered.
 */
export function takeUp(record: DraftRecord): void {
  const month = monthOf(record);
  const mine = keptDrafts(record.userId, month);
  const taken: Drafts = {};
  const rest: Drafts = {};
  for (const [kpiId, draft] of Object.entries(record.drafts)) {
    if (kpiId in mine) rest[kpiId] = draft;
    else taken[kpiId] = asTyped(draft);
  }
  keepDrafts(record.userId, month, { ...mine, ...taken });
  takenUp += 1;
  replaceLeft(record, { ...record, drafts: rest });
}

export function discard(record: DraftRecord): void {
  if (isOwn(record)) keepDrafts(record.userId, monthOf(record), {});
  else replaceLeft(record, { ...record, drafts: {} });
}

/** Another tab took it up or discarded it. */
function dropRemoved({ key, newValue }: StorageEvent): void {
  if (newValue === null) setLeft(left.filter((record) => keyOf(record) !== key));
}

/** Not sent by itself any more; whether an earlier attempt was saved, the server knows by its id. */
function asTyped({ attempt, next: _, ...draft }: Draft): Draft {
  return attempt === undefined ? draft : { ...draft, earlier: attempt };
}

function replaceLeft(record: DraftRecord, by: DraftRecord): void {
  const isEmpty = Object.keys(by.drafts).length === 0;
  if (isEmpty) removeRecord(record);
  else storeRecord(by);
  setLeft(left.flatMap((other) => (other !== record ? [other] : isEmpty ? [] : [by])));
}

async function lookForLeft(userId: string): Promise<void> {
  const open = await otherTabs();
  setLeft(
    storedRecords().filter(
      (record) => record.userId === userId && record.tab !== currentTab() && !open.has(record.tab),
    ),
  );
}

function setLeft(next: readonly DraftRecord[]): void {
  left = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
