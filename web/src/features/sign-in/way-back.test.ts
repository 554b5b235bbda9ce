import { expect, test } from 'vitest';
import { isOwn } from './way-back';

test.for([
  ['/', true],
  ['/enter?month=2026-03', true],
  ['//evil.example', false],
  ['/\\evil.example', false],
  ['https://evil.example', false],
  ['javascript:alert(1)', false],
  ['/sign-in/callback?code=x', false],
  ['', false],
  [undefined, false],
] as const)('“%s” is an address of kreis: %s', ([address, own]) => {
  expect(isOwn(address)).toBe(own);
});
