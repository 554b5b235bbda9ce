/** A page of another site tries to renew and to end the session of a person in the same browser. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { setUp } from './set-up';

const { kreis, visit } = setUp();

/** The name `localhost` is another site than the address 127.0.0.1 of kreis. */
let site: Server;
let address = '';

beforeAll(async () => {
  site = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<title>another site</title>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  address = `http://localhost:${(site.address() as AddressInfo).port}/`;
});

afterAll(() => site.close());

test('a form, a fetch, an image and a socket of another site carry no cookie and change nothing', async () => {
  const visitor = await visit('/');
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  await visitor.page.getByRole('rowheader', { name: 'Fundraising' }).waitFor();
  const cookies = await visitor.context.cookies();
  expect(cookies.map(({ name }) => name).sort()).toEqual(['kreis-browser', 'kreis-session']);
  for (const { httpOnly, sameSite } of cookies) {
    expect({ httpOnly, sameSite }).toEqual({ httpOnly: true, sameSite: 'Strict' });
  }

  const foreign = await visitor.openTab(address);
  const sent: Promise<Record<string, string>>[] = [];
  const answers: number[] = [];
  foreign.page.on('request', (request) => {
    if (request.url().includes('AuthService')) sent.push(request.allHeaders());
  });
  foreign.page.on('response', (response) => {
    if (response.url().includes('AuthService')) answers.push(response.status());
  });
  for (const rpc of ['Refresh', 'Logout']) {
    const target = `${kreis.url}/kreis.auth.v1.AuthService/${rpc}`;
    await foreign.page.evaluate(async (target) => {
      const call = { method: 'POST', body: new Uint8Array(5), credentials: 'include' } as const;
      const type = 'application/grpc-web+proto';
      await fetch(target, { ...call, headers: { 'content-type': type } }).catch(() => undefined);
      await fetch(target, { ...call, mode: 'no-cors' }).catch(() => undefined);
      await new Promise((resolve) => {
        const image = new Image();
        image.onerror = resolve;
        image.onload = resolve;
        image.src = target;
      });
      await new Promise((resolve) => {
        const socket = new WebSocket(target.replace('http', 'ws'));
        socket.onerror = resolve;
        socket.onopen = () => resolve(socket.close());
      });
    }, target);
    await foreign.page.setContent(`<form method="post" action="${target}"><button>Win</button></form>`);
    await foreign.page.getByRole('button', { name: 'Win' }).click();
    await foreign.page.waitForURL(target);
    await foreign.page.goto(address);
  }
  const headers = await Promise.all(sent);
  expect(headers.length).toBeGreaterThanOrEqual(6);
  expect(headers.filter(({ cookie }) => cookie !== undefined)).toEqual([]);
  expect(answers.length).toBeGreaterThanOrEqual(6);
  expect(answers.filter((status) => status !== 403)).toEqual([]);

  expect(await kreis.statusOfGetMe(authorization)).toBe('0');
  await visitor.page.reload();
  await visitor.page.getByRole('rowheader', { name: 'Fundraising' }).waitFor();
  expect((await visitor.context.cookies()).map(({ name }) => name).sort()).toEqual([
    'kreis-browser',
    'kreis-session',
  ]);
  await visitor.leave();
});
