import { describe, expect, test } from 'vitest';
import { DEMO_KPIS } from '#shared/numbers/slips-demo';
import { HEADING, lines, place, told, VALUE } from './pasted-lines';

describe('a column', () => {
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

  test.each([
    ...['2000', '1990', '2100', '13', '0'],
    ...['202613', '200001', '20470930', '30.13', '32.09', '3.6', '38000', '54000'],
  ])('begins with the value %s', (cell) => {
    expect(told(`${cell}\n14`)).toEqual([`${cell}>0`, '14>1']);
  });

  test('begins with the number of another month where its row has had such numbers', () => {
    expect(told('8\n14', { from: 1 })).toEqual(['8>1', '14>2']);
    expect(told('08\n14', { from: 1 })).toEqual(['08:heading-or-value', '14>1']);
    expect(told('9\n14', { from: 1 })).toEqual(['9:heading-or-value', '14>1']);
    expect(told('14\n8')).toEqual(['14>0', '8>1']);
  });

  // 46295 is a date that a spreadsheet shows as a number.
  test.each([
    ...['202609', '20260930', '092026', '30092026', '30.09', '30.9', '01.09', '46295'].map((cell) => ({
      cell,
      heading: 'heading',
    })),
    ...['202608', '20270930', '082026', '31.08', '31.10', '46264'].map((cell) => ({
      cell,
      heading: 'other-period',
    })),
  ])('of a row without a history is asked about the date $cell above it', ({ cell, heading }) => {
    const rows = place.rows.map((row) => ({ ...row, known: [] }));
    expect(told(`${cell}\n14`, { rows })).toEqual([`${cell}:heading-or-value`, '14>0']);
    expect(told(`${cell}\n14`, { rows }, HEADING)).toEqual([`${cell}:${heading}`, '14>0']);
    expect(told(`${cell}\n14`, { rows }, VALUE)).toEqual([`${cell}>0`, '14>1']);
  });

  test.each(['30.09', '202609', '46295'])('begins with %s where its row has had such numbers', (cell) => {
    const rows = place.rows.map((row) => ({ ...row, known: [Number(cell) * 1.2] }));
    expect(told(`${cell}\n14`, { rows })).toEqual([`${cell}>0`, '14>1']);
  });

  test('of 200 ordinary values of the demo at the top of a column at most one is taken for a date', () => {
    const firsts = DEMO_KPIS.flatMap(({ name, first, span, values }) =>
      values.map((value, index) => {
        const months = first + index * span;
        const month = { year: Math.floor(months / 12), month: (months % 12) + 1 };
        const known = values.slice(Math.max(0, index - 12), index);
        return told(`${value}\n14`, { month, rows: [{ name, circle: '', known }, ...place.rows] })[0];
      }),
    );
    // `3` may be the number of the month, but is no date.
    const asked = firsts.filter((use) => /^\d.*\d:heading-or-value$/.test(use ?? ''));
    expect(firsts.length).toBeGreaterThan(200);
    expect(asked.length).toBeLessThanOrEqual(Math.floor(firsts.length / 200));
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

  test.each(['2026', '11', 'Q3', ''])('is asked about “%s” below the name of its second circle', (cell) => {
    const text = `Counselling\n12\nFundraising\n${cell}\n13\n14`;
    const counselling = ['Counselling:heading', '12>0', 'Fundraising:heading'];
    expect(told(text).slice(0, 4)).toEqual([...counselling, `${cell}:heading-or-value`]);
    const [, , , heading, ...values] = told(text, {}, HEADING);
    expect(heading).toMatch(/:(?:heading|other-period)$/);
    expect(values).toEqual(['13>1', '14>2']);
    const [first] = told(text, {}, VALUE).slice(3);
    expect(first).toBe(cell === '' ? ':blank' : `${cell}>1`);
  });

  test('asks about the heading of each of its circles', () => {
    const text = 'Counselling\n2026\n12\nFundraising\n2027\n13';
    expect(told(text, {}, HEADING)[4]).toBe('2027:heading-or-value');
    const both = { ...HEADING, doubtful: ['heading', 'heading'] as const };
    expect(told(text, {}, both).slice(4)).toEqual(['2027:other-period', '13>1']);
    expect(told(text, {}, { ...HEADING, doubtful: ['heading', 'value'] }).slice(4)).toEqual([
      '2027>1',
      '13>2',
    ]);
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
    expect(told(two, {}, { ...HEADING, doubtful: ['heading', 'heading'] })[1]).toBe('ganze Stiftung:heading');
    expect(told(two, {}, { ...HEADING, doubtful: ['heading', 'value'] })).toEqual([
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

  test.each(['2026', 'Q3'])('is asked about %s between its heading and its values', (cell) => {
    expect(told(`Counselling\n${cell}\n14`)).toEqual([
      'Counselling:heading',
      `${cell}:heading-or-value`,
      '14>0',
    ]);
    expect(told(`Counselling\n${cell}\n14`, {}, VALUE)[2]).toBe('14>1');
    expect(told('14\nQ3\n15')).toEqual(['14>0', 'Q3>1', '15>2']);
  });
});
