/**
 * Loaded before a program (`node --import`), it moves what `Date` tells by the milliseconds in the file CLOCK_OFFSET_FILE, at once when
 * they change: what a program sees when somebody sets the machine's clock. The monotonic clocks go on, as they do then.
 */
import { readFileSync } from 'node:fs';

const RealDate = Date;
const READ_EVERY_MILLIS = 50;
let offset = 0;

function readOffset() {
  offset = Number(readFileSync(process.env.CLOCK_OFFSET_FILE, 'utf8'));
}
readOffset();
setInterval(readOffset, READ_EVERY_MILLIS).unref();

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + offset);
    else super(...parts);
  }

  static now() {
    return RealDate.now() + offset;
  }
};
