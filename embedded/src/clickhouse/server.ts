import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { localAddress } from '../local-address.ts';
import { writeConfiguration } from './configuration.ts';
import { ClickHouseError } from './error.ts';
import { findFreePort } from './free-port.ts';
import { findLibrary } from './library.ts';
import { startNativeGate } from './native-gate.ts';
import { applySchema } from './schema.ts';
import { explainStartFailure } from './start-failure.ts';

/** How to start the server. */
export interface ClickHouseOptions {
  /** The address to listen on. */
  readonly host: string;
  readonly httpPort: number;
  /** ClickHouse's native protocol. */
  readonly tcpPort: number;
  /** Holds everything of the server: `data/`, `config/`, `log/`. Created where missing. */
  readonly dataDirectory: string;
  readonly passwords: ClickHousePasswords;
  /** Aborted, it kills the process at once. */
  readonly kill?: AbortSignal;
}

/** The passwords of config/clickhouse-users.xml. */
export interface ClickHousePasswords {
  readonly admin: string;
  readonly collector: string;
  readonly hyperdx: string;
}

/** A server that answers, with the schema in place. */
export interface ClickHouse {
  /** `http://host:port` */
  readonly url: string;
  readonly tcpPort: number;
  readonly pid: number;
  /** Resolves when the process has ended, asked to or not. */
  readonly exited: Promise<ClickHouseExit>;
  /** Ends the server and waits for it: within seconds in order, by force after that. May be called again. */
  stop(): Promise<void>;
}

/** How the process ended. */
export interface ClickHouseExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines it wrote to standard error. */
  readonly lastLines: string;
}

const readyWithinMs = 60_000;
const stopWithinMs = 8_000;
const pollEveryMs = 20;

// The last statement lasts until standard input ends, and the server with it: also when its parent is killed. Descriptor 0 and not
// /dev/stdin, since Node's pipes are sockets, which cannot be opened by name. HTTP comes last because it is what tells readiness.
const startQuery =
  'SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; SELECT count() FROM file(0, LineAsString) FORMAT Null';

/**
 * Starts ClickHouse as a child process, its native port behind a gate in this one, and creates what is missing of database `otel`.
 *
 * @throws {ClickHouseError} it did not start; nothing is left running
 */
export async function startClickHouse(options: ClickHouseOptions): Promise<ClickHouse> {
  const { host, httpPort, tcpPort, dataDirectory, passwords } = options;
  const library = findLibrary();
  await mkdir(join(dataDirectory, 'log'), { recursive: true });
  const configFile = await writeConfiguration(join(dataDirectory, 'config'));
  const innerPort = await findFreePort(host);
  const url = `http://${localAddress(host)}:${httpPort}`;
  const gate = await startNativeGate({ host, port: tcpPort, innerPort, url });

  const child = spawnEngine(library, configFile, innerPort, options);
  const exited = watchExit(child);
  const stop = async () => {
    await gate.stop();
    await stopChild(child, exited);
  };
  try {
    child.stdin?.on('error', () => {}); // A child that died early; `exited` tells.
    child.stdin?.write(`${JSON.stringify(environment(passwords))}\n`);
    await ready(url, innerPort, options, exited);
    const admin = createClient({ url, username: 'admin', password: passwords.admin });
    await applySchema(admin).finally(() => admin.close());
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, tcpPort, pid: child.pid ?? 0, exited, stop };
}

function spawnEngine(
  library: string,
  configFile: string,
  innerPort: number,
  { host, httpPort, dataDirectory, kill }: ClickHouseOptions,
): ChildProcess {
  const engine = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'engine.ts'), library];
  const settings = [
    `--config-file=${configFile}`,
    `--path=${dataPath(dataDirectory)}`,
    `--logger.log=${join(dataDirectory, 'log/clickhouse.log')}`,
    '--log-level=warning',
    `--listen_host=${host}`,
    `--http_port=${httpPort}`,
    `--tcp_port=${innerPort}`,
    `--query=${startQuery}`,
  ];
  return spawn(process.execPath, [...engine, ...settings], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: {},
    // Ctrl-C goes to the terminal's whole process group, and the server must outlive those who write to it.
    detached: true,
    killSignal: 'SIGKILL',
    ...(kill && { signal: kill }),
  });
}

function environment(passwords: ClickHousePasswords): Record<string, string> {
  return {
    CLICKHOUSE_ADMIN_PASSWORD: escapeXml(passwords.admin),
    CLICKHOUSE_COLLECTOR_PASSWORD: escapeXml(passwords.collector),
    CLICKHOUSE_HYPERDX_PASSWORD: escapeXml(passwords.hyperdx),
  };
}

/** ClickHouse reads the value of a from_env attribute as XML. */
function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function watchExit(child: ChildProcess): Promise<ClickHouseExit> {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-4_000);
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, lastLines: lastLines(tail) }));
    child.once('error', (error) => resolve({ code: null, signal: null, lastLines: error.message }));
  });
}

function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Logging '));
  return lines.slice(-3).join('\n');
}

async function ready(
  url: string,
  innerPort: number,
  options: ClickHouseOptions,
  exited: Promise<ClickHouseExit>,
): Promise<void> {
  let exit: ClickHouseExit | undefined;
  exited.then((value) => {
    exit = value;
  });
  const deadline = Date.now() + readyWithinMs;
  while (!(await answers(url, options))) {
    if (exit !== undefined) throw explainStartFailure(exit.lastLines, { ...options, innerPort });
    if (Date.now() > deadline) {
      throw new ClickHouseError(
        `ClickHouse did not answer at ${url} within ${readyWithinMs / 1000} s: is the machine overloaded?`,
      );
    }
    await sleep(pollEveryMs);
  }
}

/**
 * Whether this very server answers: another one may hold the port while ours is about to fail for it, but no other has its path.
 * No kept-alive connection, since the server waits for those when it ends.
 */
function answers(url: string, { dataDirectory, passwords }: ClickHouseOptions): Promise<boolean> {
  const headers = { authorization: `Basic ${Buffer.from(`admin:${passwords.admin}`).toString('base64')}` };
  const query = encodeURIComponent("SELECT value FROM system.server_settings WHERE name = 'path'");
  return new Promise((resolve) => {
    const request = get(`${url}/?query=${query}`, { headers, agent: false, timeout: 2_000 }, (response) => {
      text(response).then(
        (path) => resolve(path === `${dataPath(dataDirectory)}\n`),
        () => resolve(false),
      );
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

function dataPath(dataDirectory: string): string {
  return join(dataDirectory, 'data');
}

async function stopChild(child: ChildProcess, exited: Promise<ClickHouseExit>): Promise<void> {
  child.stdin?.end();
  const force = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await exited;
  clearTimeout(force);
}
