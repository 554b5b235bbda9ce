/**
 * Stores typed text that is not saved yet. A draft survives a reload, a lost connection and the end of
 * a session, and the tab asks before it closes. A person's drafts from closed tabs and ended sessions
 * are offered only to this person.
 */
import { belongsTo, watchSession } from '#shared/session/session';
import { currentTab } from '#shared/session/tab';
import { otherTabs } from '#shared/session/tabs';
import {
  type DraftRecord,
  type Drafts,
  dayOf,
  keyOf,
  removeRecord,
  storedRecords,
  storeRecord,
} from './draft-records';
import { guardTab, reloadQuietly } from './tab-guard';
import { guardUnkept } from './unkept-lock';

export class DraftStore<Draft extends object> {
  readonly #kind: string;
  readonly #asTyped: (draft: Draft) => Draft;
  /** This tab's records, by key. The storage holds a copy, unless it is full or forbidden. */
  readonly #own = new Map<string, DraftRecord<Draft>>();
  /** Keys of the records that the storage does not hold completely. */
  readonly #unkept = new Set<string>();
  /** Records of other tabs and earlier sessions, as of the last look at the storage. */
  #left: readonly DraftRecord<Draft>[] = [];
  readonly #watchers = new Set<() => void>();
  #version = 0;
  #takenUp = 0;

  /** `asTyped` converts a draft from elsewhere into one that is only sent on request. */
  constructor(kind: string, asTyped: (draft: Draft) => Draft = (draft) => draft) {
    this.#kind = kind;
    this.#asTyped = asTyped;
  }

  /** Takes up the drafts that this tab had before a reload. */
  start(): void {
    for (const record of storedRecords<Draft>(this.#kind)) this.#own.set(keyOf(record), record);
    this.#dropOthers();
    watchSession(this.#dropOthers);
    // A page from the history: a later page of this tab may have changed the drafts.
    window.addEventListener('pageshow', ({ persisted }) => {
      if (persisted && this.#unkeptOwners().length === 0 && !this.#isNewest()) reloadQuietly();
    });
    // Renews the day of the records: a tab that stays in use keeps its drafts beyond midnight.
    window.addEventListener('pagehide', this.#renewDay);
    // The person may sign out in another tab, which names the drafts of the day.
    document.addEventListener('visibilitychange', this.#renewDay);
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Increases with each change. */
  version = (): number => this.#version;

  /** How often this tab took up drafts from elsewhere. */
  takenUp = (): number => this.#takenUp;

  /** A person's drafts in this tab. */
  kept(userId: string, subject: string): Drafts<Draft> {
    return this.#own.get(keyOf(this.#place(userId, subject)))?.drafts ?? {};
  }

  /** Has no effect in a tab that now belongs to another person. Earlier drafts are already stored. */
  keep(userId: string, subject: string, drafts: Drafts<Draft>): void {
    if (!belongsTo(userId)) return;
    const now = new Date();
    const record = { ...this.#place(userId, subject), day: dayOf(now), time: now.getTime(), drafts };
    if (Object.keys(drafts).length > 0) {
      this.#own.set(keyOf(record), record);
      if (storeRecord(record)) this.#unkept.delete(keyOf(record));
      else this.#unkept.add(keyOf(record));
    } else {
      this.#own.delete(keyOf(record));
      removeRecord(record);
    }
    this.#changed();
  }

  /** Whether closing this tab would lose text that a person typed. */
  hasUnkept(userId: string): boolean {
    return this.#unkeptOwners().includes(userId);
  }

  /** Returns a person's records: this tab's first, then the records from elsewhere. */
  recordsOf(userId: string): DraftRecord<Draft>[] {
    return [...this.#own.values(), ...this.#left].filter((record) => record.userId === userId);
  }

  /** Returns a person's records in all tabs of this browser, open or closed. */
  everyRecordOf(userId: string): DraftRecord<Draft>[] {
    const elsewhere = storedRecords<Draft>(this.#kind).filter((record) => !isOwn(record));
    return [...this.#own.values(), ...elsewhere].filter((record) => record.userId === userId);
  }

  /** Searches again for drafts from elsewhere: another tab may have been closed. */
  async lookForLeft(userId: string): Promise<void> {
    const open = await otherTabs();
    this.#setLeft(
      storedRecords<Draft>(this.#kind).filter(
        (record) => record.userId === userId && !isOwn(record) && !open.has(record.tab),
      ),
    );
  }

  /** Called when another tab took up or discarded the record. */
  forgetLeft(key: string): void {
    this.#setLeft(this.#left.filter((record) => keyOf(record) !== key));
  }

  /**
   * Takes up drafts from elsewhere as typed text of this tab. A draft that this tab has in the same
   * place stays, and the other one is still offered.
   */
  takeUp(record: DraftRecord<Draft>): void {
    const mine = this.kept(record.userId, record.subject);
    const taken: Drafts<Draft> = {};
    const rest: Drafts<Draft> = {};
    for (const [id, draft] of Object.entries(record.drafts)) {
      if (id in mine) rest[id] = draft;
      else taken[id] = this.#asTyped(draft);
    }
    this.#takenUp += 1;
    // Before `keep`, to free room in the storage.
    this.#replaceLeft(record, { ...record, drafts: rest });
    this.keep(record.userId, record.subject, { ...mine, ...taken });
  }

  discard(record: DraftRecord<Draft>): void {
    if (isOwn(record)) this.keep(record.userId, record.subject, {});
    else this.#replaceLeft(record, { ...record, drafts: {} });
  }

  #place(userId: string, subject: string) {
    return { kind: this.#kind, userId, tab: currentTab(), subject };
  }

  #replaceLeft(record: DraftRecord<Draft>, by: DraftRecord<Draft>): void {
    const isEmpty = Object.keys(by.drafts).length === 0;
    if (isEmpty) removeRecord(record);
    else storeRecord(by);
    this.#setLeft(
      this.#left.flatMap((other) => (keyOf(other) !== keyOf(record) ? [other] : isEmpty ? [] : [by])),
    );
  }

  #setLeft(left: readonly DraftRecord<Draft>[]): void {
    this.#left = left;
    this.#changed();
  }

  /** Forgets records of other tabs and other sessions. They stay in the storage for their owner. */
  #dropOthers = (): void => {
    for (const [key, record] of this.#own) {
      if (!isOwn(record) || !belongsTo(record.userId)) this.#own.delete(key);
    }
    this.#changed();
  };

  #renewDay = (): void => {
    const day = dayOf(new Date());
    for (const record of this.#own.values()) storeRecord({ ...record, day });
  };

  /** The owners of text that only this tab holds. */
  #unkeptOwners(): string[] {
    return [...this.#own].flatMap(([key, { userId }]) => (this.#unkept.has(key) ? [userId] : []));
  }

  /** Whether the storage holds the same drafts of this tab. */
  #isNewest(): boolean {
    const stored = storedRecords<Draft>(this.#kind).filter(
      (record) => isOwn(record) && belongsTo(record.userId),
    );
    const isKnown = (record: DraftRecord<Draft>) =>
      JSON.stringify(this.#own.get(keyOf(record))?.drafts) === JSON.stringify(record.drafts);
    return stored.length === this.#own.size && stored.every(isKnown);
  }

  /** While there are drafts of any subject, the tab asks before it closes. */
  #changed(): void {
    guardTab(this.#kind, this.#own.size > 0);
    guardUnkept(this.#kind, this.#unkeptOwners()[0]);
    this.#version += 1;
    for (const watcher of this.#watchers) watcher();
  }
}

export function isOwn({ tab }: DraftRecord<unknown>): boolean {
  return tab === currentTab();
}
