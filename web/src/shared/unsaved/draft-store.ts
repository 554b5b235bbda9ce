/**
 * What people typed and have not saved yet. It survives a reload, a lost connection
 * and the end of a session, and the tab asks before it is closed. What a person has
 * left in a tab or a session that is gone is offered to this person alone.
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
import { guardTab } from './tab-guard';

export class DraftStore<Draft extends object> {
  readonly #kind: string;
  readonly #asTyped: (draft: Draft) => Draft;
  /** This tab's records, by key. The storage has a copy, unless it is full or not allowed. */
  readonly #own = new Map<string, DraftRecord<Draft>>();
  /** Keys of those of which the storage has not everything. */
  readonly #unkept = new Set<string>();
  /** Other tabs' and earlier sessions' records, as they were when they were looked for. */
  #left: readonly DraftRecord<Draft>[] = [];
  readonly #watchers = new Set<() => void>();
  #version = 0;
  #takenUp = 0;

  /** `asTyped` makes a draft that was left into one that is not sent unasked. */
  constructor(kind: string, asTyped: (draft: Draft) => Draft = (draft) => draft) {
    this.#kind = kind;
    this.#asTyped = asTyped;
  }

  /** Takes up what this tab had before it was loaded again. */
  start(): void {
    for (const record of storedRecords<Draft>(this.#kind)) this.#own.set(keyOf(record), record);
    this.#dropOthers();
    watchSession(this.#dropOthers);
    // Whatever day they began on: a tab that goes on keeps its drafts.
    window.addEventListener('pagehide', () => {
      const day = dayOf(new Date());
      for (const record of this.#own.values()) storeRecord({ ...record, day });
    });
  }

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Another number with each change. */
  version = (): number => this.#version;

  /** How often something was taken up. */
  takenUp = (): number => this.#takenUp;

  /** A person's drafts in this tab. */
  kept(userId: string, subject: string): Drafts<Draft> {
    return this.#own.get(keyOf(this.#place(userId, subject)))?.drafts ?? {};
  }

  /** Does nothing in a tab that is another person's by now: what was typed before is kept already. */
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

  /** Whether something that a person has typed in this tab would be lost with it. */
  hasUnkept(userId: string): boolean {
    return [...this.#own].some(([key, record]) => record.userId === userId && this.#unkept.has(key));
  }

  /** A person's records: those of this tab, then those that were left. */
  recordsOf(userId: string): DraftRecord<Draft>[] {
    return [...this.#own.values(), ...this.#left].filter((record) => record.userId === userId);
  }

  /** Another tab may have been closed meanwhile. */
  async lookForLeft(userId: string): Promise<void> {
    const open = await otherTabs();
    this.#setLeft(
      storedRecords<Draft>(this.#kind).filter(
        (record) => record.userId === userId && !isOwn(record) && !open.has(record.tab),
      ),
    );
  }

  /** Another tab took it up or discarded it. */
  forgetLeft(key: string): void {
    this.#setLeft(this.#left.filter((record) => keyOf(record) !== key));
  }

  /**
   * Goes on with what was left: this tab has it as typed text from now on. What this
   * tab has typed in the same place stays, and the other stays offered.
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
    // First, so that there is room for it here.
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
    this.#setLeft(this.#left.flatMap((other) => (other !== record ? [other] : isEmpty ? [] : [by])));
  }

  #setLeft(left: readonly DraftRecord<Draft>[]): void {
    this.#left = left;
    this.#changed();
  }

  /** What other tabs and earlier sessions left is only in the storage, for its owner. */
  #dropOthers = (): void => {
    for (const [key, record] of this.#own) {
      if (!isOwn(record) || !belongsTo(record.userId)) this.#own.delete(key);
    }
    this.#changed();
  };

  /** A person who leaves with drafts about anything is asked first. */
  #changed(): void {
    guardTab(this.#kind, this.#own.size > 0);
    this.#version += 1;
    for (const watcher of this.#watchers) watcher();
  }
}

export function isOwn({ tab }: DraftRecord<unknown>): boolean {
  return tab === currentTab();
}
