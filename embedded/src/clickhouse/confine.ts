import { dlopen, getRawPointer } from 'node:ffi';
import { closeSync, fstatSync, openSync } from 'node:fs';

/** What of the file system a confined process may use; what does not exist is skipped. */
export interface Confinement {
  /** Files, and directories with all below them. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

// Numbers of Linux on x64 and arm64 alike; rights from include/uapi/linux/landlock.h.
const [CREATE_RULESET, ADD_RULE, RESTRICT_SELF] = [444n, 445n, 446n];
const CREATE_RULESET_VERSION = 1n;
const RULE_PATH_BENEATH = 1n;
const SET_NO_NEW_PRIVS = 38;
const READ_FILE = 1n << 2n;
const READ_DIRECTORY = 1n << 3n;
const FILE_RIGHTS = 0b111n | (1n << 14n);
/** Every right of version 2 but the next ones; from version 3 on, truncating is one, too. */
const ALL_RIGHTS = 0b11_0111_1011_1110n;
const TRUNCATE = 1n << 14n;
/** Running programs, and making devices of either kind: ClickHouse's process does neither anywhere. */
const FORBIDDEN = 1n | (1n << 6n) | (1n << 11n);
/** Version 1 can't allow renaming from one directory to another, which ClickHouse does when it drops a table. */
const LOWEST_VERSION = 2n;

/**
 * Takes from this thread, and from every thread it starts from now on, the rights to all files but some (Linux's Landlock, see
 * landlock(7)); nothing gives them back. Where the system has no Landlock, nothing happens.
 *
 * @throws Error the kernel, which has Landlock, refuses
 */
export function confine({ readable, writable }: Confinement): void {
  const version = landlockVersion();
  if (version < LOWEST_VERSION) return;
  const { call, prctl } = systemCalls();
  const rights = ALL_RIGHTS | (version > LOWEST_VERSION ? TRUNCATE : 0n);
  const handled = Buffer.alloc(8);
  handled.writeBigUInt64LE(rights | FORBIDDEN);
  const ruleset = call(CREATE_RULESET, getRawPointer(handled), BigInt(handled.length), 0n);
  check(ruleset, 'landlock_create_ruleset');
  const allow = (path: string, allowed: bigint) =>
    withDescriptor(path, (descriptor, isDirectory) => {
      const rule = Buffer.alloc(12);
      rule.writeBigUInt64LE(isDirectory ? allowed : allowed & FILE_RIGHTS);
      rule.writeInt32LE(descriptor, 8);
      check(call(ADD_RULE, ruleset, RULE_PATH_BENEATH, getRawPointer(rule), 0n), `landlock_add_rule for ${path}`);
    });
  for (const path of readable) allow(path, READ_FILE | READ_DIRECTORY);
  for (const path of writable) allow(path, rights);

  check(prctl(SET_NO_NEW_PRIVS, 1n), 'prctl');
  check(call(RESTRICT_SELF, ruleset, 0n), 'landlock_restrict_self');
  closeSync(Number(ruleset));
}

/** Whether this system can do it. */
export function canConfine(): boolean {
  return landlockVersion() >= LOWEST_VERSION;
}

/** 0 where the system is another, -1 where the kernel is too old or was built without it. */
function landlockVersion(): bigint {
  return process.platform === 'linux' ? systemCalls().call(CREATE_RULESET, 0n, 0n, CREATE_RULESET_VERSION) : 0n;
}

function systemCalls() {
  const { functions } = dlopen('libc.so.6', {
    syscall: { arguments: ['i64', 'i64', 'i64', 'i64', 'i64'], return: 'i64' },
    prctl: { arguments: ['i32', 'i64', 'i64', 'i64', 'i64'], return: 'i32' },
  });
  return {
    call: (number: bigint, ...[a = 0n, b = 0n, c = 0n, d = 0n]: bigint[]) => functions.syscall(number, a, b, c, d),
    prctl: (option: number, value: bigint) => BigInt(functions.prctl(option, value, 0n, 0n, 0n)),
  };
}

function withDescriptor(path: string, use: (descriptor: number, isDirectory: boolean) => void): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    use(descriptor, fstatSync(descriptor).isDirectory());
  } finally {
    closeSync(descriptor);
  }
}

function check(result: bigint, what: string): void {
  if (result < 0n) throw new Error(`ClickHouse's process cannot be confined to its own files: ${what} failed.`);
}
