import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../simulation/random.ts';
import { drawOccasion, fill, fillAttributes } from './occasion.ts';

test('a text and its attributes say the same, and something else on another occasion', () => {
  const [one, another] = [drawOccasion(createRandom('1')), drawOccasion(createRandom('2'))];
  const body = 'build {build} after {previous}, offset {number}';
  assert.notEqual(fill(body, one), fill(body, another));
  assert.equal(fill(body, one), fill(body, drawOccasion(createRandom('1'))));
  const { build, offset, cores } = fillAttributes({ build: '{build}', offset: '{number}', cores: 4 }, one);
  assert.equal(fill('build {build}, offset {number}', one), `build ${build}, offset ${offset}`);
  assert.equal(typeof build, 'string');
  assert.equal(typeof offset, 'number');
  assert.equal(cores, 4);
  assert.ok(Number(one.previous) < Number(one.build));
});
