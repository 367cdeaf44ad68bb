import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { ClickHouseError } from './error.ts';

/** The npm packages that hold the library: the optional dependencies of embedded/package.json, of which npm installs one. */
const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'darwin-arm64': '@chdb/lib-darwin-arm64',
};

/** The machine and the Node a library is wanted for. */
export interface Host {
  /** `process.platform` */
  readonly platform: string;
  /** `process.arch` */
  readonly arch: string;
  /** The C library is glibc; a Linux without it (Alpine) has no chDB build. */
  readonly glibc: boolean;
  /** This Node has `node:ffi`. */
  readonly ffi: boolean;
  /** `process.version` */
  readonly nodeVersion: string;
}

/** The machine and the Node this runs on. */
export function thisHost(): Host {
  const { platform, arch, version: nodeVersion } = process;
  return { platform, arch, glibc: platform !== 'linux' || hasGlibc(), ffi: isBuiltin('node:ffi'), nodeVersion };
}

/**
 * The path of libchdb, the whole ClickHouse server in a shared library.
 *
 * @throws {ClickHouseError} no library for this platform, its package missing, or a Node that cannot load it
 */
export function findLibrary(host: Host = thisHost()): string {
  const name = packages[`${host.platform}-${host.arch}`];
  if (name === undefined || !host.glibc) {
    const found = `${host.platform}-${host.arch}${host.glibc ? '' : ' without glibc'}`;
    throw new ClickHouseError(
      `No embedded ClickHouse for ${found}: chDB has libraries for ${Object.keys(packages).join(', ')} (glibc). Run the full stack in Docker there.`,
    );
  }
  if (!host.ffi) {
    throw new ClickHouseError(
      `Node ${host.nodeVersion} has no node:ffi, which loads ClickHouse: run "npm install", then "npm start", which brings and uses Node 26.`,
    );
  }
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), 'libchdb.so');
  } catch (cause) {
    throw new ClickHouseError(
      `The package ${name}, which holds ClickHouse, is not installed: run "npm install" without --omit=optional.`,
      { cause },
    );
  }
}

/** Only a Node built for glibc names its version in the report. */
function hasGlibc(): boolean {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime !== undefined;
}
