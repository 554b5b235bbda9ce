import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { BLANK, type Content, isSameContent } from './content';
import { type Entry, UndoHistory } from './undo-history';

const KPIS = ['a', 'b', 'c'];

type Gesture =
  | { kind: 'enter'; cells: { kpiId: string; number: number | undefined }[] }
  | { kind: 'undo' | 'redo' };

const gestures: fc.Arbitrary<Gesture> = fc.oneof(
  fc.record({
    kind: fc.constant('enter' as const),
    cells: fc.uniqueArray(
      fc.record({
        kpiId: fc.constantFrom(...KPIS),
        number: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      }),
      { selector: ({ kpiId }) => kpiId, minLength: 1, maxLength: 3 },
    ),
  }),
  fc.constant({ kind: 'undo' as const }),
  fc.constant({ kind: 'redo' as const }),
);

type Cells = Record<string, Content>;

function contentWith(number: number | undefined): Content {
  return number === undefined ? BLANK : { number, note: '', unit: Unit.SCORE };
}

/** A model of a person's sheet: the cells, and all states before and after. */
class Model {
  readonly history = new UndoHistory();
  cells: Cells = Object.fromEntries(KPIS.map((kpiId) => [kpiId, BLANK]));
  past: Cells[] = [];
  future: Cells[] = [];

  enter(cells: { kpiId: string; number: number | undefined }[]): void {
    const entries = cells.map(({ kpiId, number }) => this.entry(kpiId, number));
    this.history.record(entries);
    const changed = entries.filter(({ before, after }) => !isSameContent(before, after));
    if (changed.length === 0) return;
    this.past.push(this.cells);
    this.future = [];
    this.cells = { ...this.cells, ...Object.fromEntries(changed.map(({ kpiId, after }) => [kpiId, after])) };
  }

  entry(kpiId: string, number: number | undefined): Entry {
    return { kpiId, before: this.cells[kpiId] ?? BLANK, after: contentWith(number), requestId: undefined };
  }

  apply(side: 'before' | 'after', step: readonly Entry[] | undefined): boolean {
    for (const entry of step ?? []) this.cells = { ...this.cells, [entry.kpiId]: entry[side] };
    return step !== undefined;
  }
}

function entry(
  kpiId: string,
  before: number | undefined,
  after: number,
  requestId = `${before}-${after}`,
): Entry {
  return { kpiId, before: contentWith(before), after: contentWith(after), requestId };
}

describe('undo and redo', () => {
  test('go through the very states that the sheet had', () => {
    fc.assert(
      fc.property(fc.array(gestures, { maxLength: 40 }), (all) => {
        const model = new Model();
        for (const gesture of all) {
          if (gesture.kind === 'enter') {
            model.enter(gesture.cells);
            continue;
          }
          const undo = gesture.kind === 'undo';
          const expected = undo ? model.past.pop() : model.future.pop();
          const left = model.cells;
          const step = undo ? model.history.undo() : model.history.redo();
          expect(model.apply(undo ? 'before' : 'after', step)).toBe(expected !== undefined);
          if (expected === undefined) continue;
          (undo ? model.future : model.past).push(left);
          expect(model.cells).toEqual(expected);
        }
      }),
    );
  });

  test('remember a hundred steps', () => {
    const history = new UndoHistory();
    for (let number = 0; number < 150; number += 1) history.record([entry('a', number, number + 1)]);
    let steps = 0;
    while (history.undo() !== undefined) steps += 1;
    expect(steps).toBe(100);
  });

  test('do nothing again once something else was done', () => {
    const history = new UndoHistory();
    history.record([entry('a', undefined, 1)]);
    history.undo();
    history.record([entry('b', undefined, 1)]);
    expect(history.next).toBeUndefined();
  });

  test('do nothing again once something else was begun', () => {
    const history = new UndoHistory();
    history.record([entry('a', undefined, 1)]);
    history.record([entry('a', 1, 2)]);
    history.undo();
    history.forgetUndone();
    expect(history.redo()).toBeUndefined();
    expect(history.undo()).toEqual([entry('a', undefined, 1)]);
  });

  test('a step that changes nothing is none', () => {
    const history = new UndoHistory();
    history.record([entry('a', 1, 1)]);
    expect(history.last).toBeUndefined();
  });
});

describe('what did not come about', () => {
  test('is left out, and what follows begins where it began', () => {
    const history = new UndoHistory();
    history.record([entry('a', undefined, 1)]);
    history.record([entry('a', 1, 200)]);
    history.record([entry('b', undefined, 7)]);
    history.record([entry('a', 200, 3)]);
    history.refuse('a', '1-200');
    expect(history.undo()).toEqual([entry('a', 1, 3, '200-3')]);
    expect(history.undo()).toEqual([entry('b', undefined, 7)]);
    expect(history.undo()).toEqual([entry('a', undefined, 1)]);
    expect(history.undo()).toBeUndefined();
  });

  test('leaves the other cells of a paste to be taken back', () => {
    const history = new UndoHistory();
    history.record([
      entry('a', undefined, 1),
      entry('b', undefined, 200, 'refused'),
      entry('c', undefined, 3),
    ]);
    history.refuse('b', 'refused');
    expect(history.last?.map(({ kpiId }) => kpiId)).toEqual(['a', 'c']);
  });

  test('of an undo, there is nothing left to take back in that cell', () => {
    const history = new UndoHistory();
    history.record([entry('a', undefined, 1), entry('b', undefined, 2)]);
    history.undo();
    history.refuse('a', 'the undo');
    expect(history.redo()?.map(({ kpiId }) => kpiId)).toEqual(['b']);
  });
});

test('a change of another person ends the chain of steps before it', () => {
  const history = new UndoHistory();
  history.record([entry('a', undefined, 1), entry('b', undefined, 2)]);
  history.record([entry('a', 50, 3)]);
  expect(history.undo()).toEqual([entry('a', 50, 3)]);
  expect(history.undo()?.map(({ kpiId }) => kpiId)).toEqual(['b']);
  expect(history.undo()).toBeUndefined();
});
