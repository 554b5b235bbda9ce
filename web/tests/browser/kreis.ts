/** A kreis of the tests' own: the real binary with a database and the built client. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../../..');
export const BINARY = process.env.KREIS_BINARY ?? join(ROOT, 'target/debug/kreis');
const WEB_DIR = join(ROOT, 'web/dist');

export const PASSWORD = 'kreis-demo-only';
export const ECONOMIST = 'economist@example.org';
export const GATEKEEPER = 'gatekeeper@example.org';

export class Kreis {
  readonly url: string;
  readonly #dataDir: string;
  readonly #settings: Record<string, string>;
  #process: ChildProcess;

  private constructor(url: string, dataDir: string, settings: Record<string, string>, process: ChildProcess) {
    this.url = url;
    this.#dataDir = dataDir;
    this.#settings = settings;
    this.#process = process;
  }

  /** Starts a demo on a port that is free. */
  static async start(settings: Record<string, string> = {}): Promise<Kreis> {
    const dataDir = mkdtempSync(join(tmpdir(), 'kreis-web-'));
    // As root, Postgres runs as another user, who must get through.
    chmodSync(dataDir, 0o711);
    const { url, process } = await serve('127.0.0.1:0', dataDir, settings);
    return new Kreis(url, dataDir, settings, process);
  }

  /** Takes kreis away, as a restart of the machine would. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
  }

  /** Brings it back at the same address, with the same data. */
  async startAgain(): Promise<void> {
    const { process } = await serve(new URL(this.url).host, this.#dataDir, this.#settings);
    this.#process = process;
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

  /**
   * As if a circle's KPIs had taken values for so many months: kreis itself never
   * lets anything be due from before a KPI was there.
   */
  async ageKpis(circle: string, months: number): Promise<void> {
    await this.#age(`circle_id = (select id from org.circles where name = '${circle}')`, months);
  }

  /** The same for one KPI. */
  async ageKpi(name: string, months: number): Promise<void> {
    await this.#age(`name = '${name}'`, months);
  }

  async #age(which: string, months: number): Promise<void> {
    const since = `update kpi.kpis set active_since = now() - interval '${months} months' where ${which}`;
    const psql = join(process.env.KREIS_POSTGRES_BIN ?? '', 'psql');
    const socket = join(this.#dataDir, 'data/postgres-socket');
    await promisify(execFile)(psql, ['-h', socket, '-U', 'postgres', '-d', 'kreis', '-c', since]);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

async function serve(listen: string, dataDir: string, settings: Record<string, string>) {
  const child = spawn(BINARY, ['serve', '--demo'], {
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
