import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import {
  incidentsSchema,
  ledgerSchema,
  loadSchema,
  problemSchema,
  statusSchema,
  steerAnswerSchema,
  steerSchema,
} from './schemas.ts';

/** The API in words a client generator understands: OpenAPI 3.1, its schemas those that requests and answers are checked with. */
export function openApi() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'click-ai event-generator',
      version: packageJson.version,
      description:
        'Looks at a running drop, changes its load and starts incidents in it. Web pages may not use it; the answers are those of this process.',
    },
    servers: [{ url: 'http://localhost:8081' }],
    // Asked for where CONTROL_TOKEN is set.
    security: [{}, { token: [] }],
    paths: {
      '/status': { get: operation('getStatus', 'The moment of the drop', 'Status') },
      '/ledger': { get: operation('getLedger', 'What became of everything the run has made so far', 'Ledger') },
      '/load': {
        put: {
          ...operation('putLoad', "Multiplies every phase's workers from now on; answers with the status", 'Status'),
          requestBody: {
            required: true,
            content: { 'application/json': { schema: reference('Load'), example: { load: 3 } } },
          },
        },
      },
      '/incidents': {
        get: operation('getIncidents', 'The incidents there are, and those that are on', 'Incidents'),
        put: {
          ...operation('putIncidents', 'Starts an incident, or stops those that are on', 'Steered'),
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: reference('Steer'),
                examples: {
                  start: { value: { start: { kind: 'stripe-brownout', seconds: 120 } } },
                  stop: { value: { stop: 'all' } },
                },
              },
            },
          },
        },
      },
      '/openapi.json': {
        get: {
          operationId: 'getOpenApi',
          summary: 'This document',
          responses: { 200: { description: 'OK', content: { 'application/json': { schema: { type: 'object' } } } } },
        },
      },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'CONTROL_TOKEN' } },
      schemas: {
        Load: schemaOf(loadSchema),
        Status: schemaOf(statusSchema),
        Ledger: schemaOf(ledgerSchema),
        Incidents: schemaOf(incidentsSchema),
        Steer: schemaOf(steerSchema),
        Steered: schemaOf(steerAnswerSchema),
        Problem: schemaOf(problemSchema),
      },
    },
  };
}

function operation(operationId: string, summary: string, answer: string) {
  return {
    operationId,
    summary,
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: reference(answer) } } },
      default: {
        description: 'What was wrong, in one line (RFC 9457)',
        content: { 'application/problem+json': { schema: reference('Problem') } },
      },
    },
  };
}

function reference(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

/** OpenAPI 3.1 has JSON Schema 2020-12 as it is; the dialect is the document's business. */
function schemaOf(schema: z.ZodType) {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema) as Record<string, unknown>;
  return rest;
}
