import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_LINES, NOTHING_SAID, readPaste } from './paste';
import { place, told } from './pasted-lines';

describe('a column', () => {
  test('fills downwards, and blank cells leave their rows alone', () => {
    expect(told('12\r\n\r\n14\r\n')).toEqual(['12>0', ':blank', '14>2']);
  });

  test('has cells in quotes', () => {
    expect(told('"838"\n"1\'234"')).toEqual(['838>0', "1'234>1"]);
  });

  test('moves up by the lines that are said to be sums', () => {
    const sums = { ...NOTHING_SAID, sums: [3] };
    expect(told('20\n30\n50\n14', {}, sums)).toEqual(['20>0', '30>1', '50:sum', '14>2']);
  });

  test('says which lines have no row left', () => {
    expect(told('13\n14\n15', { from: 1 })).toEqual(['13>1', '14>2', '15:no-row']);
  });

  test('ends where the sheet has no more text', () => {
    expect(told('13\n14\n\n\n\n')).toEqual(['13>0', '14>1']);
  });
});

describe('a block with names', () => {
  test('goes to its KPIs in any order, whatever the case and the spaces', () => {
    expect(told('Donations \t7\n new\u00a0 Members\t3\nCONSULTATIONS\t8', { from: 2 })).toEqual([
      '7>1',
      '3>2',
      '8>0',
    ]);
  });

  test('may have a heading, sums, titles, blank lines and blank columns', () => {
    const text =
      '\tKPI\tSep 2026\n\tFundraising\t\n\tdonations\t7\n\t\t\n\tTotal:\t7\n\tmeals\t3\n\tvisits\t4';
    expect(told(text)).toEqual([
      'KPI:heading',
      'Fundraising:heading',
      '7>1',
      ':blank',
      'Total::sum',
      'meals:elsewhere',
      'visits:unknown',
    ]);
  });

  test.each(['KPI\t2026', 'Kennzahl\tWert', 'Fundraising\tSept. 2026'])(
    'begins with the heading %s',
    (line) => {
      expect(told(`${line}\ndonations\t7`)[0]).toMatch(/:heading$/);
    },
  );

  test('may have a title above its headings', () => {
    const block = 'Kennzahlen 2026\t\nKPI\tAugust 2026\ndonations\t7\nvisits\tAugust 2026';
    expect(told(block)).toEqual(['Kennzahlen 2026:heading', 'KPI:other-period', '7>1', 'visits:unknown']);
  });

  test.each([
    'KPI\tQ2 2026',
    'KPI\tBudget',
    'KPI\tAugust 2026',
    'KPI\t2025',
    '\t2025',
    'August 2026\t',
    'Kennzahl\t8.2026',
    'KPI\t8',
  ])('headed by %s is asked about, as it is of another period', (line) => {
    expect(told(`${line}\ndonations\t7`)[0]).toMatch(/:other-period$/);
  });

  test('is asked about a circle above its values that they do not go to', () => {
    const block = (above: string) => `KPI\t${above}\ndonations\t7\nnew members\t8`;
    expect(told(block('Counselling'))[0]).toBe('KPI:not-of-circle');
    expect(told(block('Fundraising'))[0]).toBe('KPI:heading');
  });

  test.each(['donation\toffen', 'visits\t12 Personen', 'visits\t9', 'visits\t2015'])(
    'names the line %s, which has no KPI',
    (line) => {
      expect(told(`${line}\ndonations\t7`)[0]).toMatch(/:unknown$/);
    },
  );

  test('of one line is a block too', () => {
    expect(told('donations\t7')).toEqual(['7>1']);
  });

  test('under the heading of a circle goes to no other circle', () => {
    const rows = [{ name: 'donations', circle: 'Counselling', known: [] }];
    const elsewhere = [
      { name: 'meals', circle: 'Kitchen' },
      { name: 'donations', circle: 'Fundraising' },
      { name: 'visits', circle: 'Fundraising' },
    ];
    const block = 'Fundraising\t\ndonations\t1\nvisits\t2\nCounselling\t\ndonations\t3';
    expect(told(block, { rows, elsewhere })).toEqual([
      'Fundraising:heading',
      'donations:elsewhere',
      'visits:elsewhere',
      'Counselling:heading',
      '3>0',
    ]);
    expect(told('Kitchen\t\ndonations\t1', { rows, elsewhere })[1]).toBe('donations:elsewhere');
    // The circle has nothing to enter this month.
    expect(told('Library\t\ndonations\t1')).toEqual(['Library:heading', 'donations:other-circle']);
    expect(told('Counselling\t\nnew members\t1\nconsultations\t2')).toEqual([
      'Counselling:heading',
      'new members:other-circle',
      '2>0',
    ]);
  });

  test.each(['Sept. 2026', 'August 2026', '700'])(
    'goes to the circle whose name stands beside %s',
    (beside) => {
      const rows = [
        { name: 'visits', circle: 'Counselling', known: [] },
        { name: 'visits', circle: 'Fundraising', known: [] },
      ];
      const block = `Counselling\tSept. 2026\nvisits\t8\nFundraising\t${beside}\nvisits\t4`;
      const [, first, , second] = told(block, { rows });
      expect([first, second]).toEqual(['8>0', '4>1']);
    },
  );

  test('does not guess which of two lines or of two KPIs is meant', () => {
    expect(told('donations\t1\ndonations\t2\nmeals\t1')).toEqual([
      'donations:twice',
      'donations:twice',
      'meals:elsewhere',
    ]);
    const rows = [...place.rows, { name: 'donations', circle: 'Kitchen', known: [] }];
    expect(told('donations\t1', { rows })).toEqual(['donations:same-name']);
    expect(told('Kitchen\t\ndonations\t1\nFundraising\t\ndonations\t2', { rows })).toEqual([
      'Kitchen:heading',
      '1>3',
      'Fundraising:heading',
      '2>1',
    ]);
  });
});

test.each([
  'Total',
  'total',
  'TOTALS',
  'Sum',
  'Subtotal',
  'Grand total',
  'Summe',
  'Gesamt',
  'Gesamtsumme',
  'Zwischensumme',
  'Gesamttotal',
  'Total Fundraising:',
  'Somme',
  'Sous-total',
  'Totaux',
  'Somma',
  'Totale',
  'Subtotale',
  'Σ',
  '∑',
])('%s names a sum', (word) => {
  expect(told(`donations\t7\n${word}\t7`)[1]).toBe(`${word}:sum`);
  expect(told(`7\n${word}`)[1]).toBe(`${word}:sum`);
});

test.each(['Summer visits', 'Totally new', 'Gesamtzufriedenheit', 'Sommerlager'])(
  '%s names no sum',
  (name) => {
    expect(told(`donations\t7\n${name}\t7`)[1]).toBe(`${name}:unknown`);
  },
);

test('what cannot be used is refused with the line that shows why', () => {
  expect(readPaste('KPI\tSep\ndonations\t1\t12', place)).toEqual({
    kind: 'refused',
    why: 'columns',
    line: 2,
    text: '12',
  });
  expect(readPaste('1\t2\n3\t4', place)).toMatchObject({ kind: 'refused', why: 'names', line: 1, text: '1' });
  expect(readPaste('donations\nnew members', place)).toMatchObject({ kind: 'refused', why: 'no-values' });
});

test('more lines than a person can check are refused, however many', () => {
  const column = (lines: number) => readPaste(Array.from({ length: lines }, () => '7').join('\n'), place);
  expect(column(MOST_LINES)).toMatchObject({ kind: 'lines' });
  expect(column(MOST_LINES + 1)).toEqual({ kind: 'refused', why: 'too-long', lines: MOST_LINES + 1 });
  expect(column(200_000)).toMatchObject({ kind: 'refused', why: 'too-long' });
});

test('a single cell is typed, without the quotes around it', () => {
  expect(told('1234')).toEqual(['cell:1234']);
  expect(told('"1\'234"\r\n')).toEqual(["cell:1'234"]);
});

test('whatever is pasted, no two lines go to one row, and none to a row that is not there', () => {
  const cell = fc.constantFrom(
    '',
    '1',
    '2026',
    'donations',
    'consultations',
    'meals',
    'Total',
    'Fundraising',
    '8',
    'x y z',
    '"',
  );
  const block = fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(block, fc.integer({ min: 0, max: 2 }), (rows, from) => {
      const paste = readPaste(rows.map((row) => row.join('\t')).join('\n'), { ...place, from });
      if (paste.kind !== 'lines') return;
      const targets = paste.lines.flatMap(({ use }) => (use.kind === 'value' ? [use.row] : []));
      expect(new Set(targets).size).toBe(targets.length);
      for (const row of targets) expect(place.rows[row]).toBeDefined();
      expect(paste.lines.map(({ number }) => number)).toEqual(paste.lines.map((_, index) => index + 1));
    }),
  );
});
