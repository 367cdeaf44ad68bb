import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SETTINGS } from './settings.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** Where the compose file itself decides, or what makes no sense on the way to its own collector. */
const DECIDED = new Set([
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_CERTIFICATE',
  'OTEL_EXPORTER_OTLP_COMPRESSION',
  'DATA_DIR',
  'CONTROL_HOST',
  'CONTROL_PORT',
  'CONTROL_TOKEN',
  'STORE_URL',
  'STORE_PASSWORD',
]);

test('every setting reaches the container, and .env.example shows its default', () => {
  const compose = read('docker-compose.yaml');
  const example = read('.env.example').split('\n');
  for (const [name, setting] of Object.entries(SETTINGS)) {
    if (DECIDED.has(name)) continue;
    assert.match(compose, new RegExp(`^ {6}${name}:$`, 'm'));
    assert.ok(
      example.includes(`#${name}=${setting.default ?? ''}`),
      `#${name}=${setting.default ?? ''} in .env.example`,
    );
  }
});

test('the control API has a token in the container, the documented one where none is given, and its port is published', () => {
  const compose = read('docker-compose.yaml');
  assert.match(compose, /^ {6}CONTROL_HOST: 0\.0\.0\.0\n {6}CONTROL_TOKEN: \$\{CONTROL_TOKEN:-snkrs-control\}$/m);
  assert.match(compose, /^ {6}- \$\{BIND:-127\.0\.0\.1\}:\$\{CONTROL_PORT:-8081\}:8081$/m);
  const example = read('.env.example').split('\n');
  for (const line of ['#CONTROL_TOKEN=snkrs-control', '#CONTROL_PORT=8081']) assert.ok(example.includes(line), line);
});
