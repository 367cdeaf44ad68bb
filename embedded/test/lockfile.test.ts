import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Record<string, string>;
}

const packages: Record<string, LockedPackage> = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
).packages;

test('the lockfile has the packages of every platform, which npm ci asks for on each', () => {
  const named = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.entries(optionalDependencies),
  );
  assert.ok(named.length > 20, `${named.length} optional packages`);
  const missing = named.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version);
  assert.deepEqual(missing, []);
});

test('the lockfile names no registry', () => {
  const addresses = Object.values(packages).flatMap(({ resolved }) => resolved ?? []);
  assert.deepEqual(
    addresses.filter((address) => address.includes('://')),
    [],
  );
});
