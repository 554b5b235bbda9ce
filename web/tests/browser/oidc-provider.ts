/** A provider for single sign-on, as a process of its own, and what a person does on its pages. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';

const PROGRAM = join(import.meta.dirname, 'oidc-server.mjs');

export class OidcProvider {
  /** With which kreis uses this provider. It names the address of kreis, because the provider must know it. */
  readonly settings: Record<string, string>;
  readonly issuer: string;
  readonly #port: number;
  readonly #kreis: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, kreisPort: number) {
    this.#port = port;
    this.#kreis = `http://127.0.0.1:${kreisPort}`;
    this.issuer = `http://127.0.0.1:${port}`;
    this.settings = {
      KREIS_LISTEN: `127.0.0.1:${kreisPort}`,
      KREIS_PUBLIC_URL: this.#kreis,
      KREIS_OIDC_PROVIDERS: 'house',
      KREIS_OIDC_HOUSE_LABEL: 'House & Sons',
      KREIS_OIDC_HOUSE_ISSUER: this.issuer,
      KREIS_OIDC_HOUSE_CLIENT_ID: 'kreis',
      KREIS_OIDC_HOUSE_CLIENT_SECRET: 'a secret of the client',
    };
  }

  static async prepare(): Promise<OidcProvider> {
    return new OidcProvider(await freePort(), await freePort());
  }

  /** Starts it with keys that it makes anew. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, String(this.#port), this.#kreis], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'ready') return;
    }
    throw new Error('the provider ended before it was ready');
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill();
    await ended;
  }

  /** A person signs in on its page, and agrees that kreis learns who they are. */
  async signIn(page: Page, email: string): Promise<void> {
    await page.getByPlaceholder('Enter any login').fill(email);
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  }
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
