/** What the processes that tests start have of the tests' own environment: where programs are, and where compiled code is kept. */
export const INHERITED = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };
