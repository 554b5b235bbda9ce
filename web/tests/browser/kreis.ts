/** Runs a kreis for the tests: the real binary with a database and the built client. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../../..');
/** The build directory of cargo. */
export const TARGET = execFileSync(join(ROOT, 'tools/target-directory'), { encoding: 'utf8' }).trim();
export const BINARY = process.env.KREIS_BINARY ?? join(TARGET, 'debug/kreis');
const WEB_DIR = join(ROOT, 'web/dist');

export const PASSWORD = 'kreis-demo-only';
export const ECONOMIST = 'economist@example.org';
export const GATEKEEPER = 'gatekeeper@example.org';
/** The newest year in which the demo has every value. */
export const LAST_YEAR = new Date().getFullYear() - 1;

export class Kreis {
  /** The address, set by `start`. */
  url = '';
  /** The directory of the key and the database, set by `start`. */
  dataDir = '';
  /** The link of the first start that kreis printed last. */
  setupLink = '';
  readonly #settings: Record<string, string>;
  readonly #flags: string[];
  #folder = '';
  #process: ChildProcess | undefined;

  constructor(settings: Record<string, string> = {}, flags: string[] = []) {
    this.#settings = settings;
    this.#flags = flags;
  }

  /**
   * Starts kreis on a free port, with a copy of other data or empty. After a stop, starts it again at
   * the same address.
   */
  async start(copied?: string): Promise<void> {
    if (this.#folder === '') {
      this.#folder = newFolder();
      this.dataDir = join(this.#folder, 'data');
      // Keeps the owners: Postgres requires that its files belong to its user.
      if (copied !== undefined) execFileSync('cp', ['-a', copied, this.dataDir]);
    }
    const listen = this.url === '' ? '127.0.0.1:0' : new URL(this.url).host;
    const { url, setupLink, process } = await serve(listen, this.dataDir, this.#settings, this.#flags);
    this.url = url;
    this.setupLink = setupLink;
    this.#process = process;
  }

  /** Creates the first gatekeeper, like the operator. */
  addGatekeeper(): void {
    const person = ['--email', GATEKEEPER, '--first-name', 'Greta', '--last-name', 'Keller'];
    execFileSync(BINARY, ['user', 'add', '--gatekeeper', ...person], {
      env: { KREIS_DATA_DIR: this.dataDir },
      input: PASSWORD,
    });
  }

  /** Stops kreis, as a restart of the machine would. */
  async stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null) return;
    // A paused process does not end.
    this.goOn();
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await ended;
  }

  /** Pauses the process and keeps its connections open, as on an overloaded machine. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Calls with a token, without the client. Returns the gRPC status. */
  async statusOfGetMe(authorization: string): Promise<string> {
    return this.#call('kreis.org.v1.UserService/GetMe', authorization);
  }

  /** Ends a session without the knowledge of its page. */
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
  // Under root, Postgres runs as another user, who must be able to enter the folder.
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
      // The calls of the tests themselves renew nothing.
      KREIS_ACCESS_TOKEN_SECONDS: '900',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    process.stderr.write(text);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /^ready: (\S+)$/.exec(line);
    // kreis writes the link before it says that it is ready.
    const setupLink = () => /\S+\/setup#\S+/.exec(said)?.[0] ?? '';
    if (ready?.[1] !== undefined) return { url: ready[1], setupLink: setupLink(), process: child };
  }
  throw new Error(`kreis ended with ${child.exitCode} before it was ready`);
}
