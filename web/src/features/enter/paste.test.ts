import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Line, NOTHING_SAID, type Place, readPaste, type Said } from './paste';

const place: Place = {
  rows: [
    { name: 'consultations', circle: 'Counselling', known: [11, 30] },
    { name: 'donations', circle: 'Fundraising', known: [1, 10] },
    { name: 'new members', circle: 'Fundraising', known: [] },
  ],
  elsewhere: [{ name: 'meals', circle: 'Kitchen' }],
  circles: ['Counselling', 'Fundraising', 'Kitchen', 'Library'],
  from: 0,
  month: { year: 2026, month: 9 },
};

const HEADING: Said = { ...NOTHING_SAID, headings: 1 };
const VALUE: Said = { ...NOTHING_SAID, isValue: true };

/** `12>0` for a value in row 0, `Total:sum` for a line that is none. */
function told(text: string, at: Partial<Place> = {}, said: Said = NOTHING_SAID): string[] {
  const paste = readPaste(text, { ...place, ...at }, said);
  if (paste.kind !== 'lines') return [paste.kind === 'cell' ? `cell:${paste.text}` : paste.why];
  return paste.lines.map(({ name, text: cell, use }) =>
    use.kind === 'value' ? `${cell}>${use.row}` : `${name || cell}:${use.kind}`,
  );
}

function lines(text: string, said: Said = NOTHING_SAID): Line[] {
  const paste = readPaste(text, place, said);
  return paste.kind === 'lines' ? paste.lines : [];
}

describe('a column', () => {
  test('fills downwards, and blank cells leave their rows alone', () => {
    expect(told('12\r\n\r\n14\r\n')).toEqual(['12>0', ':blank', '14>2']);
  });

  test('has cells in quotes', () => {
    expect(told('"838"\n"1\'234"')).toEqual(['838>0', "1'234>1"]);
  });

  test.each([
    ...['September 2026', 'KPI', 'Sept. 26', 'CHF', '30.9.2026', '2026-09-30', 'Wert', 'Werte in CHF'],
    ...[
      'Monat 9',
      'Wert 09/2026',
      'Datum 30.09.2026',
      'Monat September',
      'sett. 2026',
      'settembre',
      'Sept. 26',
      '9/8/2026',
      '30/9/26',
      '26. September',
      'Jahr 2026',
    ],
    ...['Werte Monat 2026', 'Mois 2026', 'Monat 9/26'],
  ])('begins below its heading %s', (heading) => {
    expect(told(`${heading}\n12\n14`)).toEqual([`${heading}:heading`, '12>0', '14>1']);
  });

  test.each(['n/a', '-', '#REF!', '####', "CHF 1'200", '1.234.567', '12 %', '?', '9.25', '81,5'])(
    'begins with %s, which stands for a value',
    (cell) => {
      expect(told(`${cell}\n14`)).toEqual([`${cell}>0`, '14>1']);
    },
  );

  test.each([
    ...[
      '2026',
      '9.2026',
      '09/2026',
      '2026-09',
      '9.26',
      '09/26',
      '1.-30.9.',
      '9',
      '09',
      'Werte Counselling',
      'Counselling September 2026',
    ],
    ...['KW 39', 'in %', '%', 'Ø', '№', '#', '12 h'],
    ...['offen', '12 Personen', 'open', 'noch nicht gezählt', 'KPI 1234', '5 Werte je Monat'],
  ])('is asked about where %s stands above it', (cell) => {
    expect(told(`${cell}\n14`)).toEqual([`${cell}:heading-or-value`, '14>0']);
    expect(told(`${cell}\n14`, {}, HEADING)).toEqual([`${cell}:heading`, '14>0']);
    expect(told(`${cell}\n14`, {}, VALUE)).toEqual([`${cell}>0`, '14>1']);
  });

  test.each([
    ...['2015', '2025', '2027', '8.26', '8.2026', 'Aug YTD', 'Q2', 'Q3', 'H1 2026', 'Stand 31.08.2026'],
    ...['per 31.8.', '01.08.2026 00:00:00', 'Vorjahr', 'Budget September 2026', '1.1.-30.9.'],
    ...['8', '08', '10', 'Planwert', 'Planwerte', 'Plan value', 'planned values', 'Sollwerte', 'Zielwert'],
    ...['Budgetzahlen', 'Vorjahreswert', 'valeur planifiée', 'valeurs prévues', 'valore pianificato'],
    ...['valori previsti', 'valeur cible', '9 Monate 2026', '9 months', '9 mesi 2026', '9M 2026'],
  ])('is asked about %s above it, and whether its values are for another period', (cell) => {
    expect(told(`${cell}\n14`)).toEqual([`${cell}:heading-or-value`, '14>0']);
    expect(told(`${cell}\n14`, {}, HEADING)).toEqual([`${cell}:other-period`, '14>0']);
    expect(told(`${cell}\n14`, {}, VALUE)).toEqual([`${cell}>0`, '14>1']);
  });

  test.each([
    ...[
      'Okt. 2026',
      'févr. 26',
      'August 2026',
      'Sept. 25',
      'September 2025',
      'août',
      'settembre 2025',
      'Jan. - Sept. 2026',
    ],
    ...['31.8.2026', '30/09/2025', '8/31/2026', '2026-08-31', 'Jahr 2025', 'Wert August'],
    ...['1. Quartal 2026', 'Monat 8', 'Datum 28.02.2026', 'Wert 02/2026', 'Trimestre 2'],
    ...['9 mois 2026', 'Monat 9/25'],
  ])('headed by %s is asked about, as it is of another period', (heading) => {
    expect(told(`${heading}\n12\n14`)).toEqual([`${heading}:other-period`, '12>0', '14>1']);
    expect(told(`Fundraising\n${heading}\n14`, {}, HEADING)[1]).toBe(`${heading}:other-period`);
  });

  test.each(['2000', '1990', '2100', '13', '0'])('begins with the value %s', (cell) => {
    expect(told(`${cell}\n14`)).toEqual([`${cell}>0`, '14>1']);
  });

  test('begins with the number of another month where its row has had such numbers', () => {
    expect(told('8\n14', { from: 1 })).toEqual(['8>1', '14>2']);
    expect(told('08\n14', { from: 1 })).toEqual(['08:heading-or-value', '14>1']);
    expect(told('9\n14', { from: 1 })).toEqual(['9:heading-or-value', '14>1']);
    expect(told('14\n8')).toEqual(['14>0', '8>1']);
  });

  test.each(['8', '9', '12'])('has the value %s below the name of its month', (cell) => {
    expect(told(`September 2026\n${cell}\n14`)).toEqual(['September 2026:heading', `${cell}>0`, '14>1']);
  });

  test.each(['September 2026', 'KPI', 'Wert in CHF', '30.9.2026'])(
    'may have blank cells above its heading %s',
    (heading) => {
      expect(told(`\n\n${heading}\n12\n14`)).toEqual([
        ':heading',
        ':heading',
        `${heading}:heading`,
        '12>0',
        '14>1',
      ]);
    },
  );

  test('that begins with blank cells is asked about what stands below them', () => {
    const text = '\nKW 39\n14';
    expect(told(text)).toEqual([':heading-or-value', 'KW 39:heading-or-value', '14>0']);
    expect(told(text, {}, HEADING)).toEqual([':heading', 'KW 39:heading', '14>0']);
    expect(told(text, {}, VALUE)).toEqual([':blank', 'KW 39>1', '14>2']);
    expect(told('\nAugust 2026\n14')[1]).toBe('August 2026:other-period');
    expect(told('\n14\n15')).toEqual([':blank', '14>1', '15>2']);
  });

  test.each(['Fundraising', 'Library', 'fundraising '])(
    'headed by the circle %s is asked about where its values are for another',
    (heading) => {
      const [line] = lines(`${heading}\n12`);
      expect(line?.use).toEqual({ kind: 'not-of-circle', heading: heading.trim(), circles: ['Counselling'] });
      expect(told(`${heading}\nSeptember 2026\n12`)[0]).toBe(`${heading.trim()}:not-of-circle`);
      expect(told(`\n${heading}\n12`)[1]).toBe(`${heading.trim()}:not-of-circle`);
    },
  );

  test('begins below the circle that its values are for', () => {
    expect(told('counselling\n12')).toEqual(['counselling:heading', '12>0']);
  });

  test('headed by a circle is asked about where it goes on into the next one', () => {
    const [line] = lines('Counselling\n12\n14');
    expect(line?.use).toMatchObject({ kind: 'not-of-circle', circles: ['Counselling', 'Fundraising'] });
    expect(told('Fundraising\n13\n14', { from: 1 })).toEqual(['Fundraising:heading', '13>1', '14>2']);
  });

  test.each(['Zahlen Fundraising', 'Fundraising 2026', 'Statistik (Fundraising)'])(
    'below the words %s, once they are a heading, is asked about as well',
    (heading) => {
      expect(told(`${heading}\n12`, {}, HEADING)[0]).toBe(`${heading}:not-of-circle`);
      expect(told(`${heading}\n12`, { from: 1 }, HEADING)[0]).toBe(`${heading}:heading`);
    },
  );

  test('of another circle and another month is asked about both', () => {
    const [line] = lines('Fundraising August 2026\n12', HEADING);
    expect(line?.use).toMatchObject({ kind: 'other-period', otherwise: { kind: 'not-of-circle' } });
  });

  test('of several circles has their names between its values', () => {
    const fundraising = ['Fundraising:heading', '13>1', '14>2'];
    expect(told('Counselling\n12\nFundraising\n13\n14')).toEqual([
      'Counselling:heading',
      '12>0',
      ...fundraising,
    ]);
    expect(told('12\n\nFundraising\n13\n14')).toEqual(['12>0', ':blank', ...fundraising]);
    expect(told('12\nLibrary\n13')).toEqual(['12>0', 'Library:not-of-circle', '13>1']);
  });

  test('knows the circle with the longer name from one whose name is a part of it', () => {
    const circles = ['Counselling', 'Counselling Bern'];
    expect(told('Counselling Bern\n12', { circles })[0]).toBe('Counselling Bern:not-of-circle');
    expect(told('Counselling\n12', { circles })[0]).toBe('Counselling:heading');
  });

  test('may have several headings', () => {
    const title = 'Zahlen Beratung\nSeptember 2026\nCHF\n14';
    expect(told(title)).toEqual([
      'Zahlen Beratung:heading-or-value',
      'September 2026:heading',
      'CHF:heading',
      '14>0',
    ]);
    expect(told(title, {}, HEADING)[0]).toBe('Zahlen Beratung:heading');
    const two = 'Statistik\nganze Stiftung\n14';
    expect(told(two, {}, HEADING)).toEqual(['Statistik:heading', 'ganze Stiftung:heading-or-value', '14>0']);
    expect(told(two, {}, { ...HEADING, headings: 2 })[1]).toBe('ganze Stiftung:heading');
    expect(told(two, {}, { ...HEADING, isValue: true })).toEqual([
      'Statistik:heading',
      'ganze Stiftung>0',
      '14>1',
    ]);
  });

  test('is asked about a blank line between its heading and its values', () => {
    const text = 'September 2026\n\n14';
    expect(told(text)).toEqual(['September 2026:heading', ':heading-or-value', '14>0']);
    expect(told(text, {}, HEADING)).toEqual(['September 2026:heading', ':heading', '14>0']);
    expect(told(text, {}, VALUE)).toEqual(['September 2026:heading', ':blank', '14>1']);
  });

  test('moves up by the lines that are said to be sums', () => {
    const sums = { ...NOTHING_SAID, sums: [3] };
    expect(told('20\n30\n50\n14', {}, sums)).toEqual(['20>0', '30>1', '50:sum', '14>2']);
  });

  test.each(['2026', 'Q3'])('is asked about %s between its heading and its values', (cell) => {
    expect(told(`Counselling\n${cell}\n14`)).toEqual([
      'Counselling:heading',
      `${cell}:heading-or-value`,
      '14>0',
    ]);
    expect(told(`Counselling\n${cell}\n14`, {}, VALUE)[2]).toBe('14>1');
    expect(told('14\nQ3\n15')).toEqual(['14>0', 'Q3>1', '15>2']);
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
    // It has nothing to enter this month.
    expect(told('Library\t\ndonations\t1')).toEqual(['Library:heading', 'donations:other-circle']);
    expect(told('Counselling\t\nnew members\t1\nconsultations\t2')).toEqual([
      'Counselling:heading',
      'new members:other-circle',
      '2>0',
    ]);
  });

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
