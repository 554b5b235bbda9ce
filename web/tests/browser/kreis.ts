/** A kreis of the tests' own: the real binary with a database and the built client. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../../..');
/** The directory that cargo builds into. */
export const TARGET = execFileSync(join(ROOT, 'tools/target-directory'), { encoding: 'utf8' }).trim();
export const BINARY = process.env.KREIS_BINARY ?? join(TARGET, 'debug/kreis');
const WEB_DIR = join(ROOT, 'web/dist');

export const PASSWORD = 'kreis-demo-only';
export const ECONOMIST = 'economist@example.org';
export const GATEKEEPER = 'gatekeeper@example.org';

export class Kreis {
  /** Where it serves, once it was started. */
  url = '';
  readonly #settings: Record<string, string>;
  readonly #flags: string[];
  #dataDir = '';
  #process: ChildProcess | undefined;

  /** One without a demo has nobody, as on the first day. */
  constructor(settings: Record<string, string> = {}, demo = true) {
    this.#settings = settings;
    this.#flags = demo ? ['--demo'] : [];
  }

  /** A new one on a port that is free; after a stop, the same one at the same address. */
  async start(): Promise<void> {
    if (this.#dataDir === '') this.#dataDir = newDataDir();
    const listen = this.url === '' ? '127.0.0.1:0' : new URL(this.url).host;
    const { url, process } = await serve(listen, this.#dataDir, this.#settings, this.#flags);
    this.url = url;
    this.#process = process;
  }

  /** Makes the first gatekeeper, as the operator does. */
  addGatekeeper(): void {
    const person = ['--email', GATEKEEPER, '--first-name', 'Greta', '--last-name', 'Keller'];
    execFileSync(BINARY, ['user', 'add', '--gatekeeper', ...person], {
      env: { KREIS_DATA_DIR: join(this.#dataDir, 'data') },
      input: PASSWORD,
    });
  }

  /** Takes kreis away, as a restart of the machine would. */
  async stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null) return;
    // One that stands still does not end.
    this.goOn();
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await ended;
  }

  /** The process stands still, and its connections stay open, as on a machine that is overloaded. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Calls with a token, past the client: the status that gRPC gives. */
  async statusOfGetMe(authorization: string): Promise<string> {
    const answer = await fetch(`${this.url}/kreis.org.v1.UserService/GetMe`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' },
      body: new Uint8Array(5),
    });
    const trailers = new TextDecoder().decode(await answer.arrayBuffer());
    return answer.headers.get('grpc-status') ?? /grpc-status: ?(\d+)/.exec(trailers)?.[1] ?? '';
  }

  async remove(): Promise<void> {
    await this.stop();
    if (this.#dataDir !== '') rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

function newDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'kreis-web-'));
  // As root, Postgres runs as another user, who must get through.
  chmodSync(dataDir, 0o711);
  return dataDir;
}

async function serve(listen: string, dataDir: string, settings: Record<string, string>, flags: string[]) {
  const child = spawn(BINARY, ['serve', ...flags], {
    env: {
      PATH: process.env.PATH,
      KREIS_LISTEN: listen,
      KREIS_DATA_DIR: join(dataDir, 'data'),
      KREIS_WEB_DIR: WEB_DIR,
      KREIS_LOG: 'warn',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /^ready: (\S+)$/.exec(line);
    if (ready?.[1] !== undefined) return { url: ready[1], process: child };
  }
  throw new Error(`kreis ended with ${child.exitCode} before it was ready`);
}
