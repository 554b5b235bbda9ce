import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb';
import { isPassing, isWithoutSession, refusalOf } from './refusal';

function refused(code: Code, domain: string, reason: string): ConnectError {
  const value = { domain, reason, metadata: { minimum: '0' } };
  return new ConnectError('', code, undefined, [{ desc: ErrorInfoSchema, value }]);
}

test('the reason of a refusal is what the server put into ErrorInfo', () => {
  const refusal = refusalOf(refused(Code.InvalidArgument, 'kreis.kpi', 'VALUE_OUTSIDE_LIMITS'));
  expect(refusal.reason).toBe('VALUE_OUTSIDE_LIMITS');
  expect(refusal.metadata).toEqual({ minimum: '0' });
});

test('a lost connection passes, and so does a server that is away or busy', () => {
  expect(isPassing(new TypeError('failed to fetch'))).toBe(true);
  expect(isPassing(refused(Code.Unavailable, 'kreis.access', 'SERVICE_UNAVAILABLE'))).toBe(true);
  expect(isPassing(refused(Code.ResourceExhausted, 'kreis.access', 'OVERLOADED'))).toBe(true);
});

test('what a server of kreis refused stays refused', () => {
  expect(isPassing(refused(Code.Internal, 'kreis.access', 'INTERNAL'))).toBe(false);
  expect(isPassing(refused(Code.Unavailable, 'kreis.auth', 'PROVIDER_UNAVAILABLE'))).toBe(false);
  expect(isPassing(refused(Code.Aborted, 'kreis.access', 'ETAG_MISMATCH'))).toBe(false);
  expect(isPassing(refused(Code.ResourceExhausted, 'kreis.access', 'MESSAGE_TOO_LARGE'))).toBe(false);
});

test('a refused password or invitation says nothing about the session', () => {
  expect(isWithoutSession(refused(Code.Unauthenticated, 'kreis.access', 'TOKEN_EXPIRED'))).toBe(true);
  expect(isWithoutSession(refused(Code.Unauthenticated, 'kreis.access', 'UNAUTHENTICATED'))).toBe(true);
  expect(isWithoutSession(refused(Code.Unauthenticated, 'kreis.auth', 'SIGN_IN_REFUSED'))).toBe(false);
  expect(isWithoutSession(refused(Code.Unauthenticated, 'kreis.auth', 'INVITATION_REFUSED'))).toBe(false);
});
