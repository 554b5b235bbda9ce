import { expect, test } from 'vitest';
import { excessOf } from './length';

test('what fits is not too long, outer space aside', () => {
  expect(excessOf('', 3)).toBe(0);
  expect(excessOf('abc', 3)).toBe(0);
  expect(excessOf('  abc\n', 3)).toBe(0);
});

test('characters are counted as the server does', () => {
  expect(excessOf('😀😀😀', 3)).toBe(0);
  expect(excessOf('😀😀😀😀', 3)).toBe(1);
  expect(excessOf('a\r\nb', 3)).toBe(0);
  // A letter and a combining accent.
  expect(excessOf('e\u0301', 1)).toBe(1);
});
