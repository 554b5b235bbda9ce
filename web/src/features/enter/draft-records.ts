/**
 * Where unsent entries are kept: localStorage, one record for each person, tab
 * and month (decision 16). A record lasts until the day ends.
 */
import { isMonthKey } from '#shared/periods/months';
import type { Attempt, Written } from './cell';
import type { Wanted } from './pending';

const PREFIX = 'kreis.drafts.';

/** Far more than a person leaves in a day; the oldest go first. */
const MOST_RECORDS = 100;

/** Without a text where only the note was touched. */
export interface Draft extends Partial<Written> {
  /** The KPI's, to say on any screen what is not saved. */
  name: string;
  note?: string;
  /** What it was begun over; absent where there was nothing. */
  seen?: Seen;
  /** Present once it was sent and has no answer yet. */
  attempt?: Attempt;
  /** What the period is to hold after that. */
  next?: Wanted;
  /** Present where something is being written over the attempt, else over `earlier`: what the cell shows once that is given up. */
  beneath?: Partial<Written>;
  /** The same as `attempt`, sent from a tab or session that is gone: it may have been saved, and is not sent again unasked. */
  earlier?: Attempt;
}

/** The value that was on the screen. */
export interface Seen {
  id: string;
  etag: string;
  /** Absent where it was taken back, or marked as nothing to report. */
  number?: number;
}

/** By KPI. */
export type Drafts = Record<string, Draft>;

export interface DraftRecord {
  userId: string;
  tab: string;
  /** Such as `2026-03`. */
  month: string;
  /** The day in this browser, such as `2026-03-31`. */
  day: string;
  /** When it was written, in milliseconds. */
  time: number;
  drafts: Drafts;
}

/** Everybody's of today, oldest first; what is older is removed. */
export function storedRecords(): DraftRecord[] {
  const today = dayOf(new Date());
  const found: DraftRecord[] = [];
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const record = readRecord(key);
    if (record?.day === today) found.push(record);
    else localStorage.removeItem(key);
  }
  return found.sort((a, b) => a.time - b.time);
}

export function storeRecord(record: DraftRecord): void {
  const others = storedRecords().filter((other) => keyOf(other) !== keyOf(record));
  for (const oldest of others.slice(0, Math.max(0, others.length - MOST_RECORDS + 1))) removeRecord(oldest);
  try {
    localStorage.setItem(keyOf(record), JSON.stringify(record));
  } catch {
    // No room, or none allowed: the tab has it in memory, and asks before it is closed.
  }
}

export function removeRecord(record: DraftRecord): void {
  localStorage.removeItem(keyOf(record));
}

export function keyOf({ userId, tab, month }: Pick<DraftRecord, 'userId' | 'tab' | 'month'>): string {
  return `${PREFIX}${userId}.${tab}.${month}`;
}

/** In the browser's own time zone: the person's day. */
export function dayOf(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${date.getFullYear()}-${month}-${day}`;
}

function readRecord(key: string): DraftRecord | undefined {
  try {
    // Written by `storeRecord` alone; another release may have written another shape.
    const record = JSON.parse(localStorage.getItem(key) ?? '') as DraftRecord;
    return keyOf(record) === key && isMonthKey(record.month) ? record : undefined;
  } catch {
    return undefined;
  }
}
