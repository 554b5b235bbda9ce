/** Runs nginx in front of a kreis, with the configuration in `deploy`, without TLS. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const BINARY = join(ROOT, '.tools/proxies/usr/sbin/nginx');

export class Nginx {
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  readonly #kreis: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, kreis: string) {
    this.url = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#port = port;
    this.#kreis = kreis;
  }

  /** Starts nginx in front of the kreis at this address. */
  static async before(kreis: string): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), 'kreis-proxy-'));
    const nginx = new Nginx(folder, await freePort(), new URL(kreis).host);
    await nginx.#start({});
    return nginx;
  }

  /** Restarts nginx with replaced texts in its configuration: `{ 'read_timeout 15s': 'read_timeout 1s' }`. */
  async change(words: Record<string, string>): Promise<void> {
    await this.#stop();
    await this.#start(words);
  }

  async remove(): Promise<void> {
    await this.#stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(words: Record<string, string>): Promise<void> {
    const config = join(this.#folder, 'nginx.conf');
    writeFileSync(config, this.#configuration(words));
    this.#process = spawn(BINARY, ['-e', 'stderr', '-p', this.#folder, '-c', config], { stdio: 'ignore' });
    while (!(await listens(this.#port))) {
      if (this.#process.exitCode !== null) throw new Error(`nginx ended with ${this.#process.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await ended;
  }

  #configuration(words: Record<string, string>): string {
    let recipe = readFileSync(join(ROOT, 'deploy/nginx/kreis.conf'), 'utf8')
      .replaceAll('127.0.0.1:8080', this.#kreis)
      .replace('listen 443 ssl http2;', `listen 127.0.0.1:${this.#port};`)
      .replace(/^ *ssl_.*$/gm, '');
    for (const [there, here] of Object.entries(words)) {
      if (!recipe.includes(there)) throw new Error(`the recipe has no ${there}`);
      recipe = recipe.replaceAll(there, here);
    }
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((kind) => `${kind}_temp_path ${join(this.#folder, kind)};`)
      .join('\n');
    const own = `pid ${join(this.#folder, 'pid')};\ndaemon off;\nmaster_process off;\nevents {}\n`;
    return `${own}http {\naccess_log off;\n${temporary}\n${recipe}}\n`;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
