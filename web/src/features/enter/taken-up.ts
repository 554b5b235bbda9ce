/**
 * Cells that continue from drafts. A draft is based on the version that was on the screen when it was
 * typed. If another person has changed the value since, the server refuses the draft, and the page
 * shows both versions.
 */
import { create } from '@bufbuild/protobuf';
import { type KpiValue, KpiValueSchema, KpiValueState } from '#gen/kreis/kpi/v1/kpi_pb';
import { writtenOf } from '#shared/numbers/written';
import { Shown } from '#shared/screens/shown';
import type { Attempt, Change } from '#shared/values/value-change';
import { type Cell, type CellState, seenUnitOf, UNTOUCHED } from './cell';
import { BLANK, heldIn, isSameContent } from './content';
import type { Draft } from './draft';

interface Known {
  /** What the server had when the draft was taken up. */
  now: KpiValue | undefined;
  /** The value that the draft is based on: `now` with the version that the person saw. */
  seen: KpiValue | undefined;
  /** Sent by an ended session; it may have been saved. */
  earlier: Attempt | undefined;
  /** What `earlier` says, if the person types over it. */
  beneath: Draft['beneath'];
  /** The KPI's unit on the screen when the draft began. */
  unit: Draft['unit'];
}

export class TakenUp {
  readonly #known = new Map<string, Known>();
  /** The ids of requests that an earlier session sent. */
  readonly #repeated = new Set<string>();

  cellOf(kpiId: string, draft: Draft, now: KpiValue | undefined): Cell {
    const { unit, note, attempt, earlier } = draft;
    const seen = seenValue(draft, kpiId, now);
    // With an attempt of this tab, `beneath` is the text of that attempt, which `Sending` keeps.
    const beneath = attempt === undefined ? draft.beneath : undefined;
    this.#known.set(kpiId, { now, seen, earlier, beneath, unit });
    return { written: writtenOf(draft), unit, note, state: stateOf(draft, seen), value: seen };
  }

  /** The value that the cell shows after its draft is given up: the server's value, as far as it is known. */
  valueNow(kpiId: string, value: KpiValue | undefined): KpiValue | undefined {
    const known = this.#known.get(kpiId);
    return known !== undefined && known.seen === value ? known.now : value;
  }

  /** The cell after its text is given up. What an ended session sent comes back as unsent text. */
  cellBeneath(kpiId: string, value: KpiValue | undefined): Cell {
    const known = this.#known.get(kpiId);
    const { beneath, earlier } = known ?? {};
    if (known === undefined || beneath === undefined)
      return { ...UNTOUCHED, value: this.valueNow(kpiId, value) };
    known.beneath = undefined;
    const unit = (earlier && seenUnitOf(earlier.change)) ?? known.unit;
    return {
      ...UNTOUCHED,
      written: writtenOf(beneath),
      unit,
      state: stateOf(beneath, value),
      value,
    };
  }

  /**
   * The attempt of an earlier session, if a change repeats it. With the same request id, the server
   * saves it once.
   */
  repeats(kpiId: string, change: Change): Attempt | undefined {
    const { earlier } = this.#known.get(kpiId) ?? {};
    if (earlier === undefined || !isSame(earlier.change, change)) return undefined;
    this.#repeated.add(earlier.requestId);
    this.forgetEarlier(kpiId);
    return earlier;
  }

  /** Whether an earlier session sent this request. */
  hasRepeated(requestId: string): boolean {
    return this.#repeated.has(requestId);
  }

  /** The content of the cell has replaced what an earlier session sent. */
  forgetEarlier(kpiId: string): void {
    const known = this.#known.get(kpiId);
    if (known !== undefined) Object.assign(known, { earlier: undefined, beneath: undefined });
  }

  earlierOf(kpiId: string): Pick<Known, 'earlier' | 'beneath'> {
    const { earlier, beneath } = this.#known.get(kpiId) ?? {};
    return { earlier, beneath };
  }
}

/**
 * The value that a draft is based on. A number replaces the server's value. If the version differs,
 * the server refuses the change, and the page then says so.
 */
function seenValue(
  { seen, text, retract }: Draft,
  kpiId: string,
  now: KpiValue | undefined,
): KpiValue | undefined {
  // The question about a retraction is about the value that is shown.
  if (retract && (seen === undefined || now === undefined)) return now;
  if (seen === undefined) return undefined;
  const { id, etag, number } = seen;
  if (now !== undefined) return { ...now, etag };
  // The value was retracted. A comment alone belongs to the number that was seen. It must not become a
  // reason for nothing to report.
  return text === undefined && number !== undefined
    ? create(KpiValueSchema, { id, kpiId, etag, state: KpiValueState.RECORDED, value: number })
    : create(KpiValueSchema, { id, kpiId, etag, state: KpiValueState.RETRACTED });
}

function stateOf(
  { text, retract, attempt, beneath }: Partial<Draft>,
  value: KpiValue | undefined,
): CellState {
  if (attempt !== undefined && beneath === undefined) return { kind: 'waiting', attempt };
  if (text !== undefined) return { kind: 'typing', kept: 'reloaded' };
  if (!retract || isSameContent(heldIn(value), BLANK)) return { kind: 'idle' };
  return { kind: 'asking', question: { kind: 'retract' }, shown: new Shown() };
}

/** Whether an earlier change has all fields of the other one; it may have a comment in addition. */
function isSame(one: Change, other: Change): boolean {
  const fields = Object.entries(other);
  return fields.every(([field, value]) => Object.entries(one).some(([f, v]) => f === field && v === value));
}
