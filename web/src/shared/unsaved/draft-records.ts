/**
 * The storage of drafts: one record for each kind, person, tab and subject
 * (decision 16). A record lasts until the end of the day.
 */

import { isStorageLasting, localItems } from '#shared/browser/storage';

const PREFIX = 'kreis.drafts.';

/** Per kind; far more than a person leaves in a day. The oldest are removed first. */
const MOST_RECORDS = 100;

/** Of one draft in JSON, in characters; no field here accepts so much. */
const LONGEST_DRAFT = 20_000;

/** Of all records, in characters; browsers give a site about five million. */
const MOST_CHARACTERS = 2_000_000;

/** Drafts by the id of the value or object that they become. */
export type Drafts<Draft> = Record<string, Draft>;

export interface DraftRecord<Draft> {
  kind: string;
  userId: string;
  tab: string;
  /** What the drafts are about, such as a month or a KPI. */
  subject: string;
  /** The day in this browser, such as `2026-03-31`. */
  day: string;
  /** When the record was written, in milliseconds since 1970. */
  time: number;
  drafts: Drafts<Draft>;
}

/** Returns today's records of a kind, of every person, oldest first. Removes records of earlier days. */
export function storedRecords<Draft>(kind: string): DraftRecord<Draft>[] {
  const today = dayOf(new Date());
  const found: DraftRecord<Draft>[] = [];
  for (const key of localItems.keys()) {
    if (!key.startsWith(PREFIX)) continue;
    const record = readRecord<Draft>(key);
    if (record?.day !== today) localItems.removeItem(key);
    else if (record.kind === kind) found.push(record);
  }
  return found.sort((a, b) => a.time - b.time);
}

/**
 * Returns whether the complete record is stored. The tab keeps the rest in memory, and asks before it
 * closes.
 */
export function storeRecord<Draft>(record: DraftRecord<Draft>): boolean {
  const others = storedRecords(record.kind).filter((other) => keyOf(other) !== keyOf(record));
  for (const oldest of others.slice(0, Math.max(0, others.length - MOST_RECORDS + 1))) removeRecord(oldest);
  const drafts = Object.entries(record.drafts);
  const short = drafts.filter(([, draft]) => JSON.stringify(draft).length <= LONGEST_DRAFT);
  if (short.length === 0) {
    removeRecord(record);
    return drafts.length === 0;
  }
  const isStored = store(keyOf(record), JSON.stringify({ ...record, drafts: Object.fromEntries(short) }));
  return isStored && short.length === drafts.length;
}

/** Returns false if there is no room or the browser forbids storage. The earlier record then stays. */
function store(key: string, text: string): boolean {
  if (!isStorageLasting) return false;
  const others = localItems.keys().filter((other) => other.startsWith(PREFIX) && other !== key);
  const taken = others.reduce((sum, other) => sum + (localItems.getItem(other)?.length ?? 0), 0);
  if (taken + text.length > MOST_CHARACTERS) return false;
  try {
    localItems.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

export function removeRecord(record: RecordKey): void {
  localItems.removeItem(keyOf(record));
}

type RecordKey = Pick<DraftRecord<unknown>, 'kind' | 'userId' | 'tab' | 'subject'>;

export function keyOf({ kind, userId, tab, subject }: RecordKey): string {
  return `${PREFIX}${kind}.${userId}.${tab}.${subject}`;
}

/** The day in the browser's time zone: the person's day. */
export function dayOf(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${date.getFullYear()}-${month}-${day}`;
}

function readRecord<Draft>(key: string): DraftRecord<Draft> | undefined {
  try {
    // Only `storeRecord` writes records. Another release may have written another shape.
    const record = JSON.parse(localItems.getItem(key) ?? '') as DraftRecord<Draft>;
    return keyOf(record) === key ? record : undefined;
  } catch {
    return undefined;
  }
}
