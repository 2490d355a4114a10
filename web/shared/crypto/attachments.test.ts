// Sealed files: the same bytes as Python's, and nothing opens that is cut, moved, lengthened or changed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vectors } from '../wire/vectors.ts';
import { CHUNK_BYTES, FileCipher, FileNotOpened, FileOpener, joined, SEALED_CHUNK_BYTES, sealedBytes, sealedSize } from './attachments.ts';
import { Sha256 } from './sha256.ts';

interface Case { size: number; key: string; prefix: string; sha256: string; sealed_size: number; sealed_sha256: string; sealed?: string }
const { cases } = vectors('attachments') as { cases: Case[] };

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64'));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const cipherOf = (one: Case): Promise<FileCipher> => FileCipher.of(bytesOf(one.key), bytesOf(one.prefix));
const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

async function contentOf(size: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts = [];
  for (let number = 0; number * 32 < size; number++) {
    const four = new Uint8Array(4);
    new DataView(four.buffer).setUint32(0, number);
    parts.push(new Uint8Array(await crypto.subtle.digest('SHA-256', four)));
  }
  return joined(parts).slice(0, size);
}

async function open(one: Case, sealed: Uint8Array, step = 50_000): Promise<Uint8Array> {
  const opener = new FileOpener(await cipherOf(one));
  const opened: Uint8Array[] = [];
  for (let at = 0; at < sealed.length; at += step) opened.push(...(await opener.feed(sealed.slice(at, at + step))));
  return joined([...opened, await opener.finish()]);
}

test('a file is sealed to the same bytes as in Python, and opens again', async () => {
  for (const one of cases) {
    const content = await contentOf(one.size);
    const sealed = await sealedBytes(new Blob([content]), await cipherOf(one), 0, sealedSize(one.size));
    assert.deepEqual([sealed.length, await sha256(sealed)], [one.sealed_size, one.sealed_sha256], `${one.size} bytes`);
    if (one.sealed !== undefined) assert.equal(Buffer.from(sealed).toString('base64').replace(/=+$/, ''), one.sealed);
    for (const step of [1000, SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES + 1, 1_000_000]) {
      assert.equal(await sha256((await open(one, sealed, step)).slice()), one.sha256, `${one.size} bytes in steps of ${step}`);
    }
  }
});

test('any range of the sealed bytes is made alone', async () => {
  const one = cases.at(-1)!;
  const file = new Blob([await contentOf(one.size)]);
  const cipher = await cipherOf(one);
  const sealed = await sealedBytes(file, cipher, 0, one.sealed_size);
  const edges = [0, 1, SEALED_CHUNK_BYTES - 1, SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES + 5, 2 * SEALED_CHUNK_BYTES, one.sealed_size - 1, one.sealed_size];
  for (const [index, start] of edges.entries()) {
    for (const end of edges.slice(index)) assert.deepEqual(await sealedBytes(file, cipher, start, end), sealed.slice(start, end), `${start} to ${end}`);
  }
});

test('what is cut, swapped, lengthened or changed does not open', async () => {
  const one = cases.find(({ size }) => size === 196_613)!;
  const sealed = await sealedBytes(new Blob([await contentOf(one.size)]), await cipherOf(one), 0, one.sealed_size);
  const chunk = (number: number): Uint8Array => sealed.slice(number * SEALED_CHUNK_BYTES, (number + 1) * SEALED_CHUNK_BYTES);
  const flipped = sealed.slice();
  flipped[70_000]! ^= 1;
  const broken = {
    'cut inside a chunk': sealed.slice(0, -1),
    'cut between chunks': sealed.slice(0, 3 * SEALED_CHUNK_BYTES),
    empty: sealed.slice(0, 0),
    swapped: joined([chunk(1), chunk(0), chunk(2), chunk(3)]),
    repeated: joined([chunk(0), chunk(0), chunk(1), chunk(2), chunk(3)]),
    lengthened: joined([sealed, Uint8Array.of(0)]),
    'lengthened by a chunk': joined([sealed, chunk(3)]),
    'without its beginning': sealed.slice(SEALED_CHUNK_BYTES),
    flipped,
  };
  for (const [name, bytes] of Object.entries(broken)) await assert.rejects(open(one, bytes), FileNotOpened, name);
  await assert.rejects(open({ ...one, prefix: cases[0]!.prefix }, sealed), FileNotOpened);
});

test('a full file ends with its last chunk, not with an empty one more', async () => {
  const one = cases.find(({ size }) => size === CHUNK_BYTES)!;
  const cipher = await cipherOf(one);
  const sealed = joined([await cipher.seal(0, await contentOf(one.size), false), await cipher.seal(1, new Uint8Array(0), true)]);
  await assert.rejects(open(one, sealed), FileNotOpened);
});

test('a hash may be taken in pieces, kept in between, and is SHA-256', async () => {
  const content = await contentOf(200_003);
  for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, 200_003]) {
    for (const step of [1, 63, 64, 100, 65_536]) {
      if (step === 1 && size > 1000) continue;
      let hash = new Sha256();
      for (let at = 0; at < size; at += step) hash = Sha256.resume(structuredClone(hash.update(content.slice(at, Math.min(size, at + step))).state));
      assert.equal(hex(hash.digest()), await sha256(content.slice(0, size)), `${size} bytes in steps of ${step}`);
    }
  }
});
