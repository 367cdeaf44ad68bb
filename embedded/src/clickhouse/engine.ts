/**
 * The process that is ClickHouse: `node engine.ts LIBRARY ARGUMENT…`, the arguments being clickhouse-local's.
 *
 * The first line of standard input is a JSON object of environment variables, the passwords. They arrive here and not through the
 * real environment since any user who may query can read /proc/self/environ with the scalar function file(): what is set later
 * does not show there. Standard input then stays open for as long as the server shall run.
 *
 * A fault in native code takes a whole process down, so nothing else lives in this one.
 */

import { dlopen, getRawPointer, toString as readCString } from 'node:ffi';
import { readSync, writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { dirname } from 'node:path';
import { confine } from './confine.ts';

/** What the C library and ClickHouse look up: names, certificates, time zones, and the machine's memory, processors and disks. */
const SYSTEM_FILES = [
  '/lib',
  '/lib64',
  '/usr/lib',
  '/usr/lib64',
  '/usr/share/zoneinfo',
  '/usr/share/ca-certificates',
  '/etc/ssl/certs',
  '/etc/pki/tls/certs',
  '/etc/pki/ca-trust',
  '/etc/ld.so.cache',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/nsswitch.conf',
  '/etc/localtime',
  '/etc/timezone',
  '/proc/self',
  '/proc/meminfo',
  '/proc/cpuinfo',
  '/proc/stat',
  '/proc/loadavg',
  '/proc/uptime',
  '/proc/vmstat',
  '/proc/sys',
  '/proc/diskstats',
  '/proc/filesystems',
  '/proc/pressure',
  '/sys',
  '/dev/urandom',
  '/dev/random',
];

const [library, ...options] = process.argv.slice(2);
if (library === undefined) throw new Error('Usage: node engine.ts LIBRARY ARGUMENT…');

// biome-ignore lint/plugin: no setting is read here; ClickHouse's own code reads the variables.
Object.assign(process.env, JSON.parse(readLine(0)));

// Kept now, not at the end: once confined, this process may not write there.
flushCompileCache();

// No grant stops the scalar function file(): it reads what this process may read.
confine({
  readable: [dirname(library), ...SYSTEM_FILES],
  writable: [process.cwd(), '/dev/null'],
});

const { functions } = dlopen(library, {
  chdb_query_cmdline: { arguments: ['i32', 'pointer'], return: 'pointer' },
  chdb_result_error: { arguments: ['pointer'], return: 'pointer' },
});
const { count, pointers } = commandLine(['clickhouse', ...options]);
const result = functions.chdb_query_cmdline(count, getRawPointer(pointers));
const error = result === 0n ? 0n : functions.chdb_result_error(result);
if (error !== 0n) writeSync(2, `${readCString(error)}\n`);
exitAtOnce(error === 0n ? 0 : 1);

/**
 * Ends this process as _exit(2) does. Node's own end would take the library out of memory, where threads of it still run, and now and
 * then one would fault.
 */
function exitAtOnce(code: number): void {
  dlopen(null, { _exit: { arguments: ['i32'], return: 'void' } }).functions._exit(code);
}

/** Byte by byte: what follows the line is the server's. */
function readLine(descriptor: number): string {
  const byte = Buffer.alloc(1);
  const line: number[] = [];
  while (readSync(descriptor, byte, 0, 1, null) === 1 && byte[0] !== 0x0a) line.push(byte[0] ?? 0);
  return Buffer.from(line).toString('utf8');
}

/** C's argc and argv: an array of pointers to NUL-terminated strings, itself ended by a null pointer. */
function commandLine(words: readonly string[]): { count: number; strings: readonly Buffer[]; pointers: Buffer } {
  const strings = words.map((word) => Buffer.from(`${word}\0`));
  const pointers = Buffer.alloc(8 * (strings.length + 1));
  strings.forEach((string, index) => {
    pointers.writeBigUInt64LE(BigInt(getRawPointer(string)), 8 * index);
  });
  return { count: strings.length, strings, pointers };
}
