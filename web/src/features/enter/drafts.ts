/**
 * What this tab's person typed and has not saved yet. It survives a reload, a lost
 * connection and the end of a session, and the tab asks before it is closed.
 */
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Month, monthKey } from '#shared/periods/months';
import { belongsTo, watchSession } from '#shared/session/session';
import { currentTab } from '#shared/session/tab';
import { guardTab } from '#shared/unsaved/tab-guard';
import { writtenOf } from './cell';
import { seenOf } from './draft-of';
import {
  type Draft,
  type DraftRecord,
  type Drafts,
  dayOf,
  keyOf,
  removeRecord,
  storedRecords,
  storeRecord,
} from './draft-records';

export type { Draft, Drafts } from './draft-records';

/** This tab's records, by key. The storage has a copy, unless it is full or not allowed. */
const own = new Map<string, DraftRecord>();
const watchers = new Set<() => void>();
let version = 0;

export function keptDrafts(userId: string, month: Month): Drafts {
  return own.get(keyOf({ userId, tab: currentTab(), month: monthKey(month) }))?.drafts ?? {};
}

/** Does nothing in a tab that is another person's by now: what was typed before is kept already. */
export function keepDrafts(userId: string, month: Month, drafts: Drafts): void {
  if (!belongsTo(userId)) return;
  const now = new Date();
  const place = { userId, tab: currentTab(), month: monthKey(month) };
  const record = { ...place, day: dayOf(now), time: now.getTime(), drafts };
  if (Object.keys(drafts).length > 0) {
    own.set(keyOf(record), record);
    storeRecord(record);
  } else {
    own.delete(keyOf(record));
    removeRecord(record);
  }
  changed();
}

/**
 * The server has answered an attempt after its month had left the screen. What was to
 * follow it, and a note beside it, stay as they were typed, on top of the version that
 * was saved.
 */
export function forgetAttempt(
  userId: string,
  month: Month,
  kpiId: string,
  requestId: string,
  saved: KpiValue | undefined,
): void {
  const { [kpiId]: draft, ...others } = keptDrafts(userId, month);
  if (draft?.attempt?.requestId !== requestId) return;
  const { name, note, next, beneath } = draft;
  const seen = seenOf(saved);
  const rest: Draft = { name, ...(seen !== undefined && { seen }) };
  if (next !== undefined || beneath !== undefined) Object.assign(rest, writtenOf(draft));
  if (beneath !== undefined && next !== undefined) rest.beneath = beneath;
  if (note !== undefined && note.trim() !== (saved?.comment ?? '')) rest.note = note;
  const isLeft = rest.text !== undefined || rest.note !== undefined;
  keepDrafts(userId, month, { ...others, ...(isLeft && { [kpiId]: rest }) });
}

/** A person's records in this tab. */
export function ownRecords(userId: string): DraftRecord[] {
  return [...own.values()].filter((record) => record.userId === userId);
}

/** Another number with each change of this tab's drafts. */
export function draftsVersion(): number {
  return version;
}

export function watchDrafts(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Takes up what this tab had before it was loaded again. */
export function guardDrafts(): void {
  for (const record of storedRecords()) own.set(keyOf(record), record);
  dropOthers();
  watchSession(dropOthers);
  // Whatever day they began on: a tab that goes on keeps its drafts.
  window.addEventListener('pagehide', () => {
    const day = dayOf(new Date());
    for (const record of own.values()) storeRecord({ ...record, day });
  });
}

/** What other tabs and earlier sessions left is only in the storage, for its owner. */
function dropOthers(): void {
  for (const [key, { userId, tab }] of own) {
    if (tab !== currentTab() || !belongsTo(userId)) own.delete(key);
  }
  changed();
}

/** Who leaves with drafts of any month is asked first. */
function changed(): void {
  guardTab('values', own.size > 0);
  version += 1;
  for (const watcher of watchers) watcher();
}
