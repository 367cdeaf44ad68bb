/** What a person has to put right, in lines for them. */
export class SetError extends Error {
  override name = 'SetError';
}

/** Runs `main` and ends the process with what it returns; 2, with the message, where a person has to put something right. */
export async function runMain(main: (words: readonly string[]) => Promise<number>): Promise<never> {
  try {
    process.exit(await main(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof SetError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}
