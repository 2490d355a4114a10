// Which pictures the browser's decoder may see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pictureType } from './picture_type.ts';

const png = (width: number, height: number): Uint8Array => {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  new DataView(bytes.buffer).setUint32(16, width);
  new DataView(bytes.buffer).setUint32(20, height);
  return bytes;
};
const jpeg = (width: number, height: number): Uint8Array =>
  Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc4, 0, 3, 9, 0xff, 0xc2, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0);

test('a picture of a bearable size is told by its first bytes', () => {
  assert.equal(pictureType(png(192, 192)), 'image/png');
  assert.equal(pictureType(png(4096, 1)), 'image/png');
  assert.equal(pictureType(jpeg(640, 4096)), 'image/jpeg');
});

test('one that would fill the memory is not shown', () => {
  for (const bytes of [png(4097, 1), png(1, 0xffffffff), png(0, 5), jpeg(4097, 2), jpeg(2, 65535)]) assert.equal(pictureType(bytes), null);
});

test('what is cut off or no picture is not shown', () => {
  const cut = [png(5, 5).slice(0, 20), jpeg(5, 5).slice(0, 18), Uint8Array.of(0xff, 0xd8), Uint8Array.of(0xff, 0xd8, 0xff, 0xff), new Uint8Array(0), new Uint8Array(40)];
  const other = [new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), new TextEncoder().encode('GIF89a')];
  for (const bytes of [...cut, ...other]) assert.equal(pictureType(bytes), null);
});
