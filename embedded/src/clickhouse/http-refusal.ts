import { STATUS_CODES } from 'node:http';

/** Why a request goes no further: an HTTP status and one line for whoever sent it. */
export interface HttpRefusal {
  readonly status: number;
  readonly line: string;
}

/** The whole response, after which the connection ends. */
export function refusalResponse({ status, line }: HttpRefusal): string {
  const body = `${line}\n`;
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    ...(status === 503 ? ['Retry-After: 2'] : []),
  ];
  return `${headers.join('\r\n')}\r\n\r\n${body}`;
}
