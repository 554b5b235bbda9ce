import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomId } from './random-id';

const VERSION_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('a random id is a UUID of version 4, whatever the random bytes are', () => {
  const random = crypto.getRandomValues.bind(crypto);
  try {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        crypto.getRandomValues = <T extends ArrayBufferView | null>(into: T): T => {
          if (into instanceof Uint8Array) into.set(bytes);
          return into;
        };
        expect(randomId()).toMatch(VERSION_4);
      }),
    );
  } finally {
    crypto.getRandomValues = random;
  }
});

test('no two random ids are the same', () => {
  const ids = Array.from({ length: 1000 }, randomId);
  expect(new Set(ids).size).toBe(1000);
});
