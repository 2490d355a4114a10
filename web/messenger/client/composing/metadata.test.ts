// What says where and when a picture or film was made is gone, byte by byte; what is seen stays.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withoutFilmMetadata } from './film_metadata.ts';
import { kindOf, nameOf, typeOf } from './kinds.ts';
import { BrokenPicture, withoutMetadata } from './metadata.ts';

type Bytes = Uint8Array<ArrayBuffer>;
const text = (words: string): number[] => Array.from(words, (one) => one.charCodeAt(0));
const bytes = (...parts: (number | number[])[]): Bytes => new Uint8Array(parts.flat());
const big = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const little = (value: number): number[] => big(value).reverse();

describe('JPEG', () => {
  const segment = (marker: number, ...data: (number | number[])[]): number[] => [0xff, marker, ...big(data.flat().length + 2).slice(2), ...data.flat()];
  const exif = (turned: number): number[] => segment(0xe1, text('Exif\0\0'), text('II'), 42, 0, little(8), 2, 0,
    [0x12, 0x01, 3, 0, ...little(1), turned, 0, 0, 0], [0x25, 0x88, 4, 0, ...little(1), ...little(38)], little(0), text('GPS 53.5N 9.9E'));
  const jfif = segment(0xe0, text('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0);
  const colours = segment(0xe2, text('ICC_PROFILE\0'), 1, 1, 7, 7);
  const table = segment(0xdb, 0, 1, 2, 3);
  const scan = [...segment(0xda, 1, 1, 0, 0, 63, 0), 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56];
  const END = [0xff, 0xd9];

  test('keeps what is drawn and nothing else', () => {
    const before = bytes([0xff, 0xd8], jfif, exif(1), segment(0xe1, text('http://ns.adobe.com/xap/1.0/\0<gps>')), segment(0xed, text('Photoshop 3.0\0IPTC')), colours,
      segment(0xe2, text('MPF\0and a second photo')), segment(0xfe, text('a comment')), table, scan, segment(0xc4, 9, 9), scan, END);
    assert.deepEqual(withoutMetadata(before), bytes([0xff, 0xd8], jfif, colours, table, scan, segment(0xc4, 9, 9), scan, END));
  });

  test('cuts off what was hung on behind its end, such as a film', () => {
    assert.deepEqual(withoutMetadata(bytes([0xff, 0xd8], jfif, table, scan, END, text('ftypmp42 and a place'))), bytes([0xff, 0xd8], jfif, table, scan, END));
  });

  test('a photo on its side stays so, by one number alone', () => {
    const only = segment(0xe1, text('Exif\0\0'), text('MM'), 0, 42, big(8), 0, 1, [0x01, 0x12, 0, 3, ...big(1), 0, 6, 0, 0], big(0));
    assert.deepEqual(withoutMetadata(bytes([0xff, 0xd8], exif(6), table, scan, END)), bytes([0xff, 0xd8], only, table, scan, END));
    assert.deepEqual(withoutMetadata(bytes([0xff, 0xd8], jfif, exif(6), table, scan, END)), bytes([0xff, 0xd8], jfif, only, table, scan, END));
  });

  test('one that is cut or whose lengths cannot be is refused', () => {
    const whole = bytes([0xff, 0xd8], jfif, table, scan, END);
    for (const length of [3, 12, jfif.length + 6, whole.length - 1]) assert.throws(() => withoutMetadata(whole.slice(0, length)), BrokenPicture, String(length));
    assert.throws(() => withoutMetadata(bytes([0xff, 0xd8], [0xff, 0xe1, 0, 1], scan, END)), BrokenPicture);
  });
});

describe('PNG', () => {
  const chunk = (name: string, ...data: number[]): number[] => [...big(data.length), ...text(name), ...data, 1, 2, 3, 4];
  const sign = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const [head, pixels, end] = [chunk('IHDR', 0, 0, 0, 1), chunk('IDAT', 5, 6), chunk('IEND')];

  test('keeps what is drawn and nothing else', () => {
    const before = bytes(sign, head, chunk('tEXt', ...text('Author\0Ines')), chunk('eXIf', 1), chunk('iTXt', 1), chunk('zTXt', 1), chunk('tIME', 1), chunk('gAMA', 9), pixels, end, text('more'));
    assert.deepEqual(withoutMetadata(before), bytes(sign, head, chunk('gAMA', 9), pixels, end));
  });

  test('one that is cut is refused', () => {
    assert.throws(() => withoutMetadata(bytes(sign, head, pixels)), BrokenPicture);
    assert.throws(() => withoutMetadata(bytes(sign, head, pixels, end).slice(0, 30)), BrokenPicture);
  });
});

describe('WebP', () => {
  const chunk = (name: string, ...data: number[]): number[] => [...text(name), ...little(data.length), ...data, ...(data.length % 2 ? [0] : [])];
  const webp = (...chunks: number[][]): Bytes => bytes(text('RIFF'), little(4 + chunks.flat().length), text('WEBP'), chunks.flat());
  const head = (flags: number): number[] => chunk('VP8X', flags, 0, 0, 0, 1, 0, 0, 1, 0, 0);

  test('keeps what is drawn and nothing else, and says so in its head', () => {
    const before = webp(head(0x3c), chunk('ICCP', 1), chunk('VP8 ', 1, 2, 3), chunk('EXIF', 9, 9, 9), chunk('XMP ', 8));
    assert.deepEqual(withoutMetadata(before), webp(head(0x30), chunk('ICCP', 1), chunk('VP8 ', 1, 2, 3)));
  });

  test('one that is cut is refused', () => {
    assert.throws(() => withoutMetadata(webp(head(0), chunk('VP8 ', 1, 2, 3, 4)).slice(0, -2)), BrokenPicture);
  });
});

test('what is no picture of these kinds is left to its owner', () => {
  assert.equal(withoutMetadata(bytes(text('%PDF-1.7'))), null);
  assert.equal(withoutMetadata(bytes()), null);
});

describe('MP4', () => {
  const box = (name: string, ...data: (number | number[])[]): number[] => [...big(data.flat().length + 8), ...text(name), ...data.flat()];
  const free = (length: number): number[] => [...big(length), ...text('free'), ...Array<number>(length - 8).fill(0)];
  const dated = (name: string, at: number): number[] => box(name, 0, 0, 0, 0, big(at), big(at), big(90_000), 1);
  const handler = (kind: string): number[] => box('hdlr', 0, 0, 0, 0, 0, 0, 0, 0, text(kind), 0);
  const track = (kind: string, at: number): number[] => box('trak', dated('tkhd', at), box('mdia', dated('mdhd', at), handler(kind), box('minf', 1, 2)));
  const clean = async (...parts: number[][]) => {
    const cleaned = await withoutFilmMetadata(new Blob([bytes(...parts)], { type: 'video/mp4' }));
    return cleaned && new Uint8Array(await cleaned.arrayBuffer());
  };
  const [type, pictures, place] = [box('ftyp', text('isom')), box('mdat', 7, 7, 7), box('udta', box('\u00a9xyz', text('+53.5+009.9/')))];

  test('place, date and notes are blanked where they stand; nothing moves', async () => {
    const notes = track('meta', 4);
    const after = await clean(type, box('moov', dated('mvhd', 3), place, track('vide', 3), notes, box('meta', 1)), pictures, box('uuid', 1, 2));
    assert.deepEqual(after, bytes(type, box('moov', dated('mvhd', 0), free(place.length), track('vide', 0), free(notes.length), free(9)), pictures, free(10)));
  });

  test('what is not made of boxes, or is cut, is not called clean', async () => {
    assert.equal(await clean(text('RIFF....AVI and more')), null);
    assert.equal(await clean(type, box('moov', dated('mvhd', 3)).slice(0, -3)), null);
    assert.equal(await clean(type, [...big(20), ...text('moov'), ...big(99), ...text('trak'), ...big(0)]), null);
  });
});

describe('A chosen file', () => {
  test('becomes the message of its kind, or a document', () => {
    const kinds = { 'image/heic': 'image', 'image/png': 'image', 'image/gif': 'document', 'image/svg+xml': 'document', 'video/mp4': 'video', 'video/webm': 'document', 'audio/x-m4a': 'audio', 'audio/wav': 'document', '': 'document' };
    for (const [type, kind] of Object.entries(kinds)) assert.equal(kindOf(type), kind, type);
    assert.equal(typeOf('audio/MP3'), 'audio/mpeg');
    assert.equal(typeOf('text/plain; charset=utf-8'), 'text/plain');
    assert.equal(typeOf('nonsense'), 'application/octet-stream');
  });

  test('has a name that hides nothing and keeps its ending', () => {
    assert.equal(nameOf('ticket\u202Efdp.exe'), 'ticketfdp.exe');
    assert.equal(nameOf('../../etc/passwd'), '.._.._etc_passwd');
    assert.equal(nameOf(''), 'file');
    const long = nameOf(`${'ü'.repeat(300)}.pdf`);
    assert.equal(Array.from(long).length, 240);
    assert.ok(long.endsWith('ü.pdf'));
  });
});
