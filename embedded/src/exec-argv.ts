/**
 * Node's own arguments for every part of the stack: to load pinned-node.js, which checks its version and says where compiled code is kept. As a
 * URL, since Node reads a path there as one: a `#` in it would end it.
 */
export const EXEC_ARGV: readonly string[] = ['--import', new URL('../pinned-node.js', import.meta.url).href];
