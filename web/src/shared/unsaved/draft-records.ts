/**
 * Where drafts are kept: localStorage, one record for each kind, person, tab and
 * subject (decision 16). A record lasts until the day ends.
 */

const PREFIX = 'kreis.drafts.';

/** Of one kind; far more than a person leaves in a day. The oldest go first. */
const MOST_RECORDS = 100;

/** Of one draft as it is stored, in characters: more than any field here takes. */
const LONGEST_DRAFT = 20_000;

/** Of all of them; browsers give a site about five million characters. */
const MOST_CHARACTERS = 2_000_000;

/** By the id of what they are to become. */
export type Drafts<Draft> = Record<string, Draft>;

export interface DraftRecord<Draft> {
  kind: string;
  userId: string;
  tab: string;
  /** What the drafts are about, such as a month or a KPI. */
  subject: string;
  /** The day in this browser, such as `2026-03-31`. */
  day: string;
  /** When it was written, in milliseconds. */
  time: number;
  drafts: Drafts<Draft>;
}

/** A kind's records of today, of every person, oldest first. Records of earlier days are removed. */
export function storedRecords<Draft>(kind: string): DraftRecord<Draft>[] {
  const today = dayOf(new Date());
  const found: DraftRecord<Draft>[] = [];
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const record = readRecord<Draft>(key);
    if (record?.day !== today) localStorage.removeItem(key);
    else if (record.kind === kind) found.push(record);
  }
  return found.sort((a, b) => a.time - b.time);
}

/** Answers whether all of it is kept. What is not, the tab has in memory, and asks before it is closed. */
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

/** Not where there is no room, or none is allowed: what was stored before stays. */
function store(key: string, text: string): boolean {
  const others = Object.entries(localStorage).filter(([other]) => other.startsWith(PREFIX) && other !== key);
  const taken = others.reduce((sum, [, { length }]) => sum + length, 0);
  if (taken + text.length > MOST_CHARACTERS) return false;
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

export function removeRecord(record: Place): void {
  localStorage.removeItem(keyOf(record));
}

type Place = Pick<DraftRecord<unknown>, 'kind' | 'userId' | 'tab' | 'subject'>;

export function keyOf({ kind, userId, tab, subject }: Place): string {
  return `${PREFIX}${kind}.${userId}.${tab}.${subject}`;
}

/** In the browser's own time zone: the person's day. */
export function dayOf(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${date.getFullYear()}-${month}-${day}`;
}

function readRecord<Draft>(key: string): DraftRecord<Draft> | undefined {
  try {
    // Written by `storeRecord` alone; another release may have written another shape.
    const record = JSON.parse(localStorage.getItem(key) ?? '') as DraftRecord<Draft>;
    return keyOf(record) === key ? record : undefined;
  } catch {
    return undefined;
  }
}
