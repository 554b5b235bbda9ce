/**
 * Remembers which rows have got another neighbour. A person who types down the column may still mean
 * the row that stood there.
 */
import { couldBeRead } from '#shared/screens/read-ms';
import { Shown } from '#shared/screens/shown';
import type { Row } from './rows';

export class RowOrder {
  readonly #moved = new Map<string, Shown>();

  change(before: readonly Row[], now: readonly Row[]): void {
    const neighboursBefore = neighboursIn(before);
    for (const [kpiId, neighbours] of neighboursIn(now))
      if (neighboursBefore.get(kpiId) !== neighbours) this.#moved.set(kpiId, new Shown());
  }

  /** Set if the row has another neighbour than the person could read. */
  unread(kpiId: string): Shown | undefined {
    const moved = this.#moved.get(kpiId);
    return moved === undefined || couldBeRead(moved) ? undefined : moved;
  }
}

/** For each row, the rows above and below it. */
function neighboursIn(rows: readonly Row[]): Map<string, string> {
  const ids = rows.map(({ kpi }) => kpi.id);
  return new Map(ids.map((id, index) => [id, `${ids[index - 1]} ${ids[index + 1]}`]));
}
