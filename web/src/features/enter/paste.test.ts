import { expect, test } from 'vitest';
import { readPaste } from './paste';

const names = ['consultations', 'donations', 'new members'];

test('a column fills downwards, and blank cells leave their rows alone', () => {
  expect(readPaste('12\r\n\r\n14\r\n', names, 0)).toEqual({
    kind: 'cells',
    cells: [
      { row: 0, text: '12' },
      { row: 2, text: '14' },
    ],
    tooMany: 0,
  });
});

test('what does not fit below is counted, not dropped in silence', () => {
  expect(readPaste('1\n2\n3', names, 1)).toMatchObject({ cells: [{ row: 1 }, { row: 2 }], tooMany: 1 });
});

test('a block that names the KPIs goes to them in any order', () => {
  expect(readPaste('Donations \t7\nconsultations\t8', names, 2)).toMatchObject({
    cells: [
      { row: 1, text: '7' },
      { row: 0, text: '8' },
    ],
  });
});

test('a block that does not is not guessed at', () => {
  for (const block of ['1\t2\n3\t4', 'donations\t1\t2', 'donations\t1\ndonations\t2', 'reachability\t9']) {
    expect(readPaste(block, names, 0), block).toEqual({ kind: 'unclear' });
  }
});

test('a single piece of text is pasted as ever', () => {
  expect(readPaste('1234', names, 0)).toEqual({ kind: 'text' });
});
