import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../simulation/random.ts';
import { createCrowd } from './crowd.ts';
import { createSessionCache } from './session-cache.ts';

test('the same index is the same person, in every run of a seed', () => {
  const [one, again] = [createCrowd(createRandom('s')), createCrowd(createRandom('s'))];
  assert.deepEqual(one.person(1234), again.person(1234));
  assert.notDeepEqual(one.person(1234), one.person(1235));
});

test('entrants of a draw are different people, except for a few who try again', () => {
  const random = createRandom('entrants');
  const crowd = createCrowd(random.fork('crowd'));
  crowd.newDrop(random.fork('drop'));
  const people = Array.from({ length: 5_000 }, () => crowd.entrant(random)).filter(({ bot }) => !bot);
  const again = people.length - new Set(people.map(({ userId }) => userId)).size;
  assert.ok(again > 60 && again < 250, `${again} of ${people.length} came again`);
});

test('bots stand out: many accounts, few addresses, hardly any device, the sizes that resell', () => {
  const random = createRandom('bots');
  const crowd = createCrowd(random.fork('crowd'));
  const bots = Array.from({ length: 10_000 }, () => crowd.buyer(random)).filter(({ bot }) => bot);
  const distinct = (values: string[]) => new Set(values).size;
  assert.ok(bots.length > 650 && bots.length < 950, `${bots.length} bots`);
  assert.ok(distinct(bots.map(({ userId }) => userId)) > 300);
  assert.ok(distinct(bots.map(({ address }) => address)) <= 8);
  assert.ok(distinct(bots.map(({ userAgent }) => userAgent)) <= 3);
  assert.deepEqual([...new Set(bots.map(({ size }) => size))].sort(), ['10', '9', '9.5']);
  const devices = new Map(bots.map(({ userId, userAgent }) => [userId, userAgent]));
  for (const { userId, userAgent } of bots) assert.equal(devices.get(userId), userAgent, 'one account, one device');
});

test('whoever was invited buys first', () => {
  const random = createRandom('invited');
  const crowd = createCrowd(random.fork('crowd'));
  const winner = crowd.person(77);
  crowd.invite(winner);
  const buyers = Array.from({ length: 20 }, () => crowd.buyer(random)).filter(({ bot }) => !bot);
  assert.equal(buyers[0]?.userId, winner.userId);
});

test('the session cache lets the least recently used go', () => {
  const sessions = createSessionCache(2);
  sessions.put(1);
  sessions.put(2);
  assert.equal(sessions.get(1), true);
  sessions.put(3);
  assert.deepEqual([1, 2, 3].map(sessions.get), [true, false, true]);
});
