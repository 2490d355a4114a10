// What is read of files: dates, tickets, names that are safe, pictures that can be borne.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webpSize } from '../../../client/files/picture_size.ts';
import { parseCalendar } from './calendar.ts';
import { safeName } from './saving.ts';
import { parsePass } from './wallet_pass.ts';

const event = (...lines: string[]): string => ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');

test('a date is read in its own zone, and says how long it lasts', () => {
  const entry = parseCalendar(event('SUMMARY:Gate B12\\, boar', ' ding', 'DTSTART;TZID=America/New_York:20270310T180000', 'DURATION:PT1H30M', 'LOCATION:Kiel'))!;
  assert.deepEqual([entry.summary, entry.place, entry.allDay], ['Gate B12, boarding', 'Kiel', false]);
  assert.equal(new Date(entry.start).toISOString(), '2027-03-10T23:00:00.000Z');
  assert.equal(entry.end! - entry.start, 90 * 60_000);
});

test('a reminder inside does not stand for the event', () => {
  const entry = parseCalendar(event('BEGIN:VALARM', 'SUMMARY:Reminder', 'END:VALARM', 'SUMMARY:Flight', 'DTSTART:20270310T180000Z'))!;
  assert.equal(entry.summary, 'Flight');
  assert.equal(parseCalendar(event('DTSTART;VALUE=DATE:20270310'))!.allDay, true);
});

test('what is no date is none', () => {
  for (const text of ['', 'BEGIN:VCALENDAR', event('SUMMARY:x'), event('DTSTART:soon'), '<html>']) assert.equal(parseCalendar(text), null);
});

test('a ticket is read field by field', () => {
  const shown = parsePass({ formatVersion: 1, organizationName: 'Möwe Air', description: 7, coupon: { primaryFields: [{ label: 'Seat', value: '12A' }, 5, { value: {} }] }, barcode: { format: 'PKBarcodeFormatPDF417', message: 'x' } })!;
  assert.deepEqual(shown, { organization: 'Möwe Air', description: '7', fields: [{ label: 'Seat', value: '12A' }], barcode: { text: 'x', isQr: false } });
  for (const value of [null, [], {}, { formatVersion: 2 }]) assert.equal(parsePass(value), null);
});

test('a saved name has no path, no trick, and the ending of its type', () => {
  const name = (given: string, mime = 'application/pdf'): string =>
    safeName({ kind: 'document', name: given, file: { id: '', key: '', prefix: '', sha256: '', mime, size: 1 } });
  assert.deepEqual(['../../etc/passwd', 'ticket.pdf', '', 'a\u202efdp.exe', 'con', '.hidden'].map((one) => name(one)), [
    'etc passwd.pdf', 'ticket.pdf', 'document.pdf', 'a fdp.pdf', '_con.pdf', 'hidden.pdf',
  ]);
  assert.equal(name('plan.dwg', 'application/octet-stream'), 'plan.dwg');
});

test('a WebP says its size in each of its three ways', () => {
  const file = (kind: string, ...rest: [number, number][]): Uint8Array => {
    const bytes = new Uint8Array(30);
    bytes.set(Buffer.from('RIFF....WEBP' + kind, 'latin1'));
    for (const [at, value] of rest) bytes[at] = value;
    return bytes;
  };
  assert.deepEqual(webpSize(file('VP8X', [24, 255], [25, 1], [27, 7])), { width: 512, height: 8 });
  assert.deepEqual(webpSize(file('VP8 ', [26, 64], [27, 1], [28, 10])), { width: 320, height: 10 });
  assert.deepEqual(webpSize(file('VP8L', [21, 7])), { width: 8, height: 1 });
  assert.equal(webpSize(file('ALPH')), null);
});
