import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { localAddress } from '../local-address.ts';
import type { PortLimits } from '../port-limits.ts';
import { writeConfiguration } from './configuration.ts';
import { type DiskWatch, failedWrite, untilRoom, watchDisk } from './disk-watch.ts';
import { endSelects } from './end-select.ts';
import { type EngineExit, startEngine } from './engine-process.ts';
import { ClickHouseError, InnerPortTakenError } from './error.ts';
import { openGates } from './gates.ts';
import { findInnerAddress, type InnerAddress, innerUrl } from './inner-address.ts';
import { findLibrary } from './library.ts';
import { applySchema } from './schema.ts';
import { explainStartFailure } from './start-failure.ts';

/** How to start the server. */
export interface ClickHouseOptions {
  /** The address to listen on. */
  readonly host: string;
  readonly httpPort: number;
  /** ClickHouse's native protocol. */
  readonly tcpPort: number;
  /** Absolute. Holds everything of the server: `data/`, `config/`, `log/`. Created where missing. */
  readonly dataDirectory: string;
  readonly passwords: ClickHousePasswords;
  /** Of each of the two ports. */
  readonly limits: PortLimits;
  /** Names of this machine, in lower case, besides its own. */
  readonly allowedHosts: readonly string[];
  /** That of the server this one takes the place of, so that `innerUrl` stays; a free one where there was none. */
  readonly inner?: InnerAddress;
  /** Aborted while the server is starting, it calls the start off. */
  readonly stop?: AbortSignal;
  /** Aborted, it kills the process at once. */
  readonly kill?: AbortSignal;
}

/** The passwords of config/clickhouse-users.xml. */
export interface ClickHousePasswords {
  readonly admin: string;
  readonly collector: string;
  readonly hyperdx: string;
  readonly simulator: string;
}

/** A server that answers, with the schema in place. */
export interface ClickHouse {
  /** `http://host:port`, by which this machine reaches it, through the gate. */
  readonly url: string;
  /** The same without the gate, for other parts of this stack. */
  readonly innerUrl: string;
  readonly inner: InnerAddress;
  readonly tcpPort: number;
  readonly pid: number;
  /** Its warnings, errors and, at its own end, the reason. */
  readonly logFile: string;
  /** Resolves when the process has ended, asked to or not. */
  readonly exited: Promise<EngineExit>;
  /** Ends the server and waits for it: within seconds in order, by force after that. May be called again. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const ROOM_WITHIN_MS = 20_000;
// Each with other inner ports, unless those were given: one that was free may be somebody's half a second later, when the server asks.
const START_ATTEMPTS = 3;
const POLL_EVERY_MS = 20;

// clickhouse-local's own database takes every name for a file's, and opens it before it looks at grants: nobody shall be able to name it.
const OWN_DATABASE = 'CREATE DATABASE IF NOT EXISTS default; USE default; DROP DATABASE clickhouse_local;';
// The last statement lasts until standard input ends, and the server with it: also when its parent is killed. Descriptor 0 and not
// /dev/stdin, since Node's pipes are sockets, which cannot be opened by name. HTTP comes last because it is what tells readiness.
const START_QUERY = `${OWN_DATABASE} SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP;
  SELECT count() FROM file(0, LineAsString) FORMAT Null`;

/**
 * Starts ClickHouse as a child process, its ports behind gates in this one, and creates what is missing of database `otel`.
 *
 * @throws {ClickHouseError} it did not start, or its disk is full; nothing is left running
 * @throws the reason of `stop` once that is aborted; nothing is left running
 */
export async function startClickHouse(options: ClickHouseOptions): Promise<ClickHouse> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (!(error instanceof InnerPortTakenError) || attempt === START_ATTEMPTS) throw error;
    }
  }
}

async function startOnce(options: ClickHouseOptions): Promise<ClickHouse> {
  const { host, httpPort, tcpPort, dataDirectory, passwords } = options;
  const library = findLibrary();
  await mkdir(join(dataDirectory, 'log'), { recursive: true });
  // The first start says at once what is wrong; a further one, after a full disk, has somebody busy making room.
  await untilRoom(dataDirectory, options.inner === undefined ? 0 : ROOM_WITHIN_MS, options.stop);
  const configFile = await writeConfiguration(join(dataDirectory, 'config'));
  const inner = options.inner ?? (await findInnerAddress());
  const url = innerUrl(inner);
  const admin = createClient({
    url,
    username: 'admin',
    password: passwords.admin,
    request_timeout: 10_000,
    log: { level: ClickHouseLogLevel.OFF },
  });
  const closeGates = await openGates(options, inner, admin);
  const engine = startEngine({
    library,
    settings: engineSettings(configFile, inner, dataDirectory),
    workingDirectory: dataDirectory,
    secrets: environment(passwords),
    kill: options.kill,
  });
  let disk: DiskWatch | undefined;
  let hasFailedToWrite = false;
  const stop = async () => {
    await closeGates();
    await disk?.stop();
    await endSelects(admin);
    await admin.close();
    await engine.stop();
  };
  try {
    await ready(url, options, engine.exited);
    await applySchema(admin);
    options.stop?.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  const onFailedWrite = () => {
    hasFailedToWrite = true;
    engine.kill();
  };
  disk = watchDisk({ directory: dataDirectory, client: admin, onFailedWrite });
  const exited = engine.exited.then(async (exit) => {
    await disk?.stop();
    return hasFailedToWrite ? { ...exit, lastLines: failedWrite(dataDirectory) } : exit;
  });
  return {
    url: `http://${localAddress(host)}:${httpPort}`,
    inner,
    innerUrl: url,
    tcpPort,
    pid: engine.pid,
    logFile: logFile(dataDirectory),
    exited,
    stop,
  };
}

function engineSettings(configFile: string, inner: InnerAddress, dataDirectory: string): string[] {
  return [
    `--config-file=${configFile}`,
    `--path=${dataPath(dataDirectory)}`,
    `--logger.log=${logFile(dataDirectory)}`,
    '--log-level=warning',
    `--listen_host=${inner.host}`,
    `--http_port=${inner.httpPort}`,
    `--tcp_port=${inner.nativePort}`,
    `--query=${START_QUERY}`,
  ];
}

function environment(passwords: ClickHousePasswords): Record<string, string> {
  return {
    CLICKHOUSE_ADMIN_PASSWORD: escapeXml(passwords.admin),
    CLICKHOUSE_COLLECTOR_PASSWORD: escapeXml(passwords.collector),
    CLICKHOUSE_HYPERDX_PASSWORD: escapeXml(passwords.hyperdx),
    CLICKHOUSE_SIMULATOR_PASSWORD: escapeXml(passwords.simulator),
  };
}

/** ClickHouse reads the value of a from_env attribute as XML. */
function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

async function ready(url: string, options: ClickHouseOptions, exited: Promise<EngineExit>): Promise<void> {
  let exit: EngineExit | undefined;
  exited.then((value) => {
    exit = value;
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(url, options))) {
    options.stop?.throwIfAborted();
    if (exit !== undefined) throw explainStartFailure(exit.lastLines, options);
    if (Date.now() > deadline) {
      throw new ClickHouseError(
        `ClickHouse did not answer at ${url} within ${READY_WITHIN_MS / 1000} s: is the machine overloaded?`,
      );
    }
    await sleep(POLL_EVERY_MS);
  }
}

/**
 * Whether this very server answers: another one may hold the port while ours is about to fail for it, but no other has its path.
 * No kept-alive connection, since the server waits for those when it ends.
 */
function answers(url: string, { dataDirectory, passwords, stop }: ClickHouseOptions): Promise<boolean> {
  const headers = { authorization: `Basic ${Buffer.from(`admin:${passwords.admin}`).toString('base64')}` };
  const query = encodeURIComponent("SELECT value FROM system.server_settings WHERE name = 'path' FORMAT TSVRaw");
  return new Promise((resolve) => {
    const request = get(
      `${url}/?query=${query}`,
      { headers, agent: false, timeout: 2_000, ...(stop && { signal: stop }) },
      (response) => {
        text(response).then(
          (path) => resolve(path === `${dataPath(dataDirectory)}\n`),
          () => resolve(false),
        );
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

function dataPath(dataDirectory: string): string {
  return join(dataDirectory, 'data');
}

function logFile(dataDirectory: string): string {
  return join(dataDirectory, 'log/clickhouse.log');
}
