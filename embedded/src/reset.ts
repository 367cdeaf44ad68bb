import { pathsIn, readDataDir } from './config.ts';
import { deleteDataDirectory } from './supervisor/data-directory.ts';
import { SupervisorError } from './supervisor/supervisor-error.ts';

// `npm run reset`: the next start begins with an empty ClickHouse.
const dataDir = readDataDir();
try {
  const deleted = await deleteDataDirectory(dataDir, pathsIn(dataDir));
  console.log(
    deleted.length === 0 ? `Nothing to delete in ${dataDir}.` : `Deleted ${deleted.join(', ')} in ${dataDir}.`,
  );
} catch (error) {
  if (!(error instanceof SupervisorError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
