/**
 * Cells that go on from drafts. A draft goes on from what was on the screen when
 * it was typed: where somebody has changed the value since, saving it is refused
 * and both are shown.
 */
import { create } from '@bufbuild/protobuf';
import { type KpiValue, KpiValueSchema, KpiValueState } from '#gen/kreis/kpi/v1/kpi_pb';
import { writtenOf } from '#shared/numbers/written';
import type { Attempt, Change } from '#shared/values/value-change';
import { type Cell, type CellState, seenUnitOf, UNTOUCHED } from './cell';
import { BLANK, heldIn, isSameContent } from './content';
import type { Draft } from './draft';

interface Known {
  /** What the server had when the draft was taken up. */
  now: KpiValue | undefined;
  /** What the draft goes on from: the same with the version that was seen then. */
  seen: KpiValue | undefined;
  /** Sent by a session that is gone; it may have been saved. */
  earlier: Attempt | undefined;
  /** What that says, where something is written over it. */
  beneath: Draft['beneath'];
  /** The KPI's that was shown when the draft was begun. */
  unit: Draft['unit'];
}

export class TakenUp {
  readonly #known = new Map<string, Known>();

  cellOf(kpiId: string, draft: Draft, now: KpiValue | undefined): Cell {
    const { unit, note, attempt, earlier } = draft;
    const seen = seenValue(draft, kpiId, now);
    // Beneath an attempt of this tab's own is what that says.
    const beneath = attempt === undefined ? draft.beneath : undefined;
    this.#known.set(kpiId, { now, seen, earlier, beneath, unit });
    return { written: writtenOf(draft), unit, note, state: stateOf(draft, seen), value: seen };
  }

  /** What the cell shows once its draft is given up: what the server has, as far as is known. */
  valueNow(kpiId: string, value: KpiValue | undefined): KpiValue | undefined {
    const known = this.#known.get(kpiId);
    return known !== undefined && known.seen === value ? known.now : value;
  }

  /** Once its text is given up: what was sent by a session that is gone comes back as text, unsent. */
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

  /** The attempt of an earlier session, where a change says its number again: with its id, it is saved once. */
  repeats(kpiId: string, change: Change): Attempt | undefined {
    const { earlier } = this.#known.get(kpiId) ?? {};
    if (earlier === undefined || !isSame(earlier.change, change)) return undefined;
    this.forgetEarlier(kpiId);
    return earlier;
  }

  /** What the cell says now has taken the place of what an earlier session sent. */
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
 * A number goes in place of what the server has; that it was another version is said
 * where the change is refused.
 */
function seenValue(
  { seen, text, retract }: Draft,
  kpiId: string,
  now: KpiValue | undefined,
): KpiValue | undefined {
  // What is to be taken back is what is shown while the cell asks.
  if (retract && (seen === undefined || now === undefined)) return now;
  if (seen === undefined) return undefined;
  const { id, etag, number } = seen;
  if (now !== undefined) return { ...now, etag };
  // It was taken back. A comment alone stays one to the number that was seen, else it were a reason why there is none.
  return text === undefined && number !== undefined
    ? create(KpiValueSchema, { id, kpiId, etag, state: KpiValueState.RECORDED, value: number })
    : create(KpiValueSchema, { id, kpiId, etag, state: KpiValueState.RETRACTED });
}

function stateOf(
  { text, retract, attempt, beneath }: Partial<Draft>,
  value: KpiValue | undefined,
): CellState {
  if (attempt !== undefined && beneath === undefined) return { kind: 'waiting', attempt };
  if (text !== undefined) return { kind: 'typing', kept: true };
  if (!retract || isSameContent(heldIn(value), BLANK)) return { kind: 'idle' };
  return { kind: 'asking', question: { kind: 'retract' }, since: performance.now() };
}

/** Whether an earlier change says all that the other one says; it may have a comment besides. */
function isSame(one: Change, other: Change): boolean {
  const fields = Object.entries(other);
  return fields.every(([field, value]) => Object.entries(one).some(([f, v]) => f === field && v === value));
}
