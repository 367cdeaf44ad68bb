import type { Failure } from '../failures.ts';

const stacks = new Map<string, string>();

/** A stack trace as the service would record: made up, the same for the same failure of the same service. */
export function stackOf(service: string, failure: Failure): string {
  const key = `${service} ${failure.name}`;
  const known = stacks.get(key);
  if (known !== undefined) return known;
  const file = `/app/dist/${failure.name.replace(/(?<=.)([A-Z])/g, '-$1').toLowerCase()}.js`;
  const stack = [
    `${failure.name}: ${failure.message}`,
    `    at raise${failure.name} (${file}:${(key.length % 40) + 11}:9)`,
    `    at async ${service.replaceAll('-', '_')}.handle (/app/dist/handlers.js:${(key.length % 70) + 40}:18)`,
    '    at async dispatch (/app/dist/server.js:88:5)',
  ].join('\n');
  stacks.set(key, stack);
  return stack;
}
