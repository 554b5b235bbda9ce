/** The mail server of the tests, and the mails that it took. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../../..');
const PUBLIC_URL = 'https://kreis.example.org';

interface Mail {
  to: string[];
  subject: string;
  text: string;
}

export class MailServer {
  /** With which kreis sends its mails here. */
  readonly settings: Record<string, string>;
  readonly #process: ChildProcess;
  readonly #directory: string;

  private constructor(process: ChildProcess, directory: string, port: string) {
    this.#process = process;
    this.#directory = directory;
    this.settings = {
      KREIS_SMTP_URL: `smtp://127.0.0.1:${port}?tls=off`,
      KREIS_MAIL_FROM: 'kreis <kreis@example.org>',
      KREIS_PUBLIC_URL: PUBLIC_URL,
    };
  }

  static async start(): Promise<MailServer> {
    const directory = mkdtempSync(join(tmpdir(), 'kreis-mail-'));
    const program = join(ROOT, 'tests/src/mail_server.py');
    const child = spawn(join(ROOT, '.tools/aiosmtpd/bin/python'), [program, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const port of createInterface({ input: child.stdout })) {
      return new MailServer(child, directory, port);
    }
    throw new Error('the mail server ended before it listened: run `tools/install tests`');
  }

  /** All mails to an address, the oldest first. */
  mailsTo(address: string): Mail[] {
    return readdirSync(this.#directory)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => JSON.parse(readFileSync(join(this.#directory, name), 'utf8')))
      .map(({ to, text, headers }) => ({
        to,
        text,
        subject: new Map<string, string>(headers).get('Subject') ?? '',
      }))
      .filter(({ to }) => to.includes(address));
  }

  /** Waits until so many mails have arrived at an address, and returns the newest. */
  async newestTo(address: string, count = 1): Promise<Mail> {
    for (let waits = 0; waits < 300; waits += 1) {
      const mails = this.mailsTo(address);
      const newest = mails[count - 1];
      if (newest !== undefined) return newest;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${this.mailsTo(address).length} mails, not ${count}, arrived at ${address}`);
  }

  stop(): void {
    this.#process.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** The address of the link in a mail, below the address of any kreis. */
export function linkIn({ text }: Mail): string {
  const link = text.split('\n').find((line) => line.startsWith(`${PUBLIC_URL}/invitation#`));
  if (link === undefined) throw new Error(`no link in ${text}`);
  return link.slice(PUBLIC_URL.length);
}
