import { Code, ConnectError } from '@connectrpc/connect';
import { i18n } from '@lingui/core';
import { beforeAll, expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb';
import { complaintsOf } from './complaints';

const HOUSING = { rules: { name: { id: 'Short.' } }, homes: { EMAIL_TAKEN: 'email' } };

beforeAll(() => i18n.loadAndActivate({ locale: 'en', messages: {} }));

function refused(domain: string, reason: string, ...paths: string[]): ConnectError {
  const fieldViolations = paths.map((field) => ({ field, description: 'is wrong' }));
  return new ConnectError('', Code.InvalidArgument, undefined, [
    { desc: ErrorInfoSchema, value: { domain, reason } },
    { desc: BadRequestSchema, value: { fieldViolations } },
  ]);
}

test('a field that breaks a rule has the rule beside it, and nothing stands above the form', () => {
  const found = complaintsOf(refused('kreis.access', 'INVALID_FIELDS', 'name'), i18n, HOUSING);
  expect(found.fields).toEqual({ name: 'Short.' });
  expect(found.form).toBeUndefined();
});

test('a field that the form does not know is spoken of above the form', () => {
  const found = complaintsOf(refused('kreis.access', 'INVALID_FIELDS', 'name', 'odd'), i18n, HOUSING);
  expect(found.fields).toEqual({ name: 'Short.' });
  expect(found.form).toBeTruthy();
});

test('a reason that concerns a field stands beside it', () => {
  const found = complaintsOf(refused('kreis.org', 'EMAIL_TAKEN'), i18n, HOUSING);
  expect(Object.keys(found.fields)).toEqual(['email']);
  expect(found.form).toBeUndefined();
});

test('what somebody else changed meanwhile is stale', () => {
  expect(complaintsOf(refused('kreis.access', 'ETAG_MISMATCH'), i18n, HOUSING).stale).toBe(true);
});
