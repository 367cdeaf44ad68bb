import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { INHERITED } from './inherited.ts';

const command = join(import.meta.dirname, '../../event-generator/src/commands/verify.ts');

/** Where a run is, on both sides. */
export interface Verifiable {
  readonly dataDir: string;
  readonly url: string;
  readonly password: string;
}

/** How `just verify` ended. */
export interface VerifyResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `just verify` with these words; `onWord` hears what it says on its error output, as it comes. */
export function verify(
  { dataDir, url, password }: Verifiable,
  words: readonly string[],
  onWord: (text: string) => void = () => {},
): Promise<VerifyResult> {
  const env = { ...INHERITED, DATA_DIR: dataDir, CLICKHOUSE_URL: url, CLICKHOUSE_PASSWORD: password };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...words], { env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
    child.stderr?.on('data', onWord);
  });
}
