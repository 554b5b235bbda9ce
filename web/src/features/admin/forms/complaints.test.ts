import { Code, ConnectError } from '@connectrpc/connect';
import { i18n } from '@lingui/core';
import { beforeAll, expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb';
import { complaintsOf } from './complaints';

const FIELD_RULES = { rules: { name: { id: 'Short.' } }, fieldOfReason: { EMAIL_TAKEN: 'email' } };

beforeAll(() => i18n.loadAndActivate({ locale: 'en', messages: {} }));

function refused(domain: string, reason: string, ...paths: string[]): ConnectError {
  const fieldViolations = paths.map((field) => ({ field, description: 'is wrong' }));
  return new ConnectError('', Code.InvalidArgument, undefined, [
    { desc: ErrorInfoSchema, value: { domain, reason } },
    { desc: BadRequestSchema, value: { fieldViolations } },
  ]);
}

test('a field that breaks a rule has the rule beside it, and nothing stands above the form', () => {
  const found = complaintsOf(refused('kreis.access', 'INVALID_FIELDS', 'name'), i18n, FIELD_RULES);
  expect(found.fields).toEqual({ name: 'Short.' });
  expect(found.form).toBeUndefined();
});

test('a field that the form does not know is spoken of above the form', () => {
  const found = complaintsOf(refused('kreis.access', 'INVALID_FIELDS', 'name', 'odd'), i18n, FIELD_RULES);
  expect(found.fields).toEqual({ name: 'Short.' });
  expect(found.form).toBeTruthy();
});

test('a reason that concerns a field stands beside it', () => {
  const found = complaintsOf(refused('kreis.org', 'EMAIL_TAKEN'), i18n, FIELD_RULES);
  expect(Object.keys(found.fields)).toEqual(['email']);
  expect(found.form).toBeUndefined();
});

test('a form is stale after another person changed the data', () => {
  expect(complaintsOf(refused('kreis.access', 'ETAG_MISMATCH'), i18n, FIELD_RULES).stale).toBe(true);
});
