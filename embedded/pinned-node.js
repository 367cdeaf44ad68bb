// Plain JavaScript, since it speaks up where TypeScript does not run. Loaded before everything: by the scripts of package.json, and in every
// part of the stack.
// No named import: an older Node would fail at it before it is told what to do.
import module from 'node:module';
import { join } from 'node:path';

const [major] = process.versions.node.split('.');

if (Number(major) < 26) {
  console.error(
    `Node ${process.version} runs this, which needs Node 26: run "npm install" without --ignore-scripts (it brings the right Node), then start it through npm.`,
  );
  process.exit(1);
}

// Every process strips the types of the same files and compiles them; the ones that this one starts find it done.
const cache = join(import.meta.dirname, '../node_modules/.cache/node');
const { directory } = module.enableCompileCache(cache);
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= cache;
