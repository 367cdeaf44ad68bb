import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import embedded from '../../embedded/package.json' with { type: 'json' };
import generator from '../../event-generator/package.json' with { type: 'json' };

/** The machine and the versions a figure holds for, as lines to print above it. */
export function describeMachine(): string[] {
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const { dependencies: sdk } = generator;
  const chdb = Object.values(embedded.optionalDependencies)[0];
  return [
    `machine   ${availableParallelism()} of ${cpus().length} cores (${model}), ${memory} GiB, ${type()} ${release()}`,
    `versions  Node ${process.versions.node}, OpenTelemetry SDK ${sdk['@opentelemetry/sdk-trace']}, ` +
      `exporters ${sdk['@opentelemetry/otlp-grpc-exporter-base']}, grpc-js ${embedded.devDependencies['@grpc/grpc-js']}, ` +
      `chDB ${chdb}`,
  ];
}
