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
/** The newest year of which the demo has every value. */
export const LAST_YEAR = new Date().getFullYear() - 1;

export class Kreis {
  /** Where it serves, once it was started. */
  url = '';
  /** Where its key and its database are, once it was started. */
  dataDir = '';
  readonly #settings: Record<string, string>;
  readonly #flags: string[];
  #folder = '';
  #process: ChildProcess | undefined;

  constructor(settings: Record<string, string> = {}, flags: string[] = []) {
    this.#settings = settings;
    this.#flags = flags;
  }

  /** A new one, with a copy of another's data or with none, on a port that is free; after a stop, the same one at the same address. */
  async start(copied?: string): Promise<void> {
    if (this.#folder === '') {
      this.#folder = newFolder();
      this.dataDir = join(this.#folder, 'data');
      // With the owners: Postgres wants its files to belong to the user that it runs as.
      if (copied !== undefined) execFileSync('cp', ['-a', copied, this.dataDir]);
    }
    const listen = this.url === '' ? '127.0.0.1:0' : new URL(this.url).host;
    const { url, process } = await serve(listen, this.dataDir, this.#settings, this.#flags);
    this.url = url;
    this.#process = process;
  }

  /** Makes the first gatekeeper, as the operator does. */
  addGatekeeper(): void {
    const person = ['--email', GATEKEEPER, '--first-name', 'Greta', '--last-name', 'Keller'];
    execFileSync(BINARY, ['user', 'add', '--gatekeeper', ...person], {
      env: { KREIS_DATA_DIR: this.dataDir },
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
    return this.#call('kreis.org.v1.UserService/GetMe', authorization);
  }

  /** Ends a session behind the back of the page that works with it. */
  async endSession(authorization: string): Promise<void> {
    const status = await this.#call('kreis.auth.v1.AuthService/Logout', authorization);
    if (status !== '0') throw new Error(`the session was not ended: ${status}`);
  }

  async #call(method: string, authorization: string): Promise<string> {
    const answer = await fetch(`${this.url}/${method}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' },
      body: new Uint8Array(5),
    });
    const trailers = new TextDecoder().decode(await answer.arrayBuffer());
    return answer.headers.get('grpc-status') ?? /grpc-status: ?(\d+)/.exec(trailers)?.[1] ?? '';
  }

  async remove(): Promise<void> {
    await this.stop();
    if (this.#folder !== '') rmSync(this.#folder, { recursive: true, force: true });
  }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kreis-web-'));
  // As root, Postgres runs as another user, who must get through.
  chmodSync(folder, 0o711);
  return folder;
}

async function serve(listen: string, dataDir: string, settings: Record<string, string>, flags: string[]) {
  const child = spawn(BINARY, ['serve', ...flags], {
    env: {
      PATH: process.env.PATH,
      KREIS_LISTEN: listen,
      KREIS_DATA_DIR: dataDir,
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
