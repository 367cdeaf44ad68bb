import type { Arrivals } from '../null-sink/null-sink.ts';

/** What a side's process is told: the first word of its command line, as JSON. */
export interface SideTask {
  /** `http://host:port` of OTLP/gRPC. */
  readonly endpoint: string;
  /** To make, about. */
  readonly spans: number;
}

/** What it has made, said when it does nothing more by itself. It then lives on until its parent lets it go. */
export type SideReport = Arrivals;

/** Runs one side in a process of its own: `work` makes the spans and says how many. */
export async function runSide<Task extends SideTask>(work: (task: Task) => Promise<SideReport>): Promise<void> {
  // The parent's own JSON.
  const task = JSON.parse(process.argv[2] ?? '') as Task;
  process.on('disconnect', () => process.exit(0));
  process.send?.(await work(task));
}
