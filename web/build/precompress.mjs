// Compresses the built files once, as hard as it goes, so that serving them costs nothing; what was compressed before is remembered.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const out = new URL('../../src/handschlag/messenger/static/', import.meta.url).pathname;
const kept = new URL('../node_modules/.cache/precompressed/', import.meta.url).pathname;
const worth = /\.(html|m?js|css|wasm|svg|json|webmanifest)$/;

mkdirSync(kept, { recursive: true });
await Promise.all(
  readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && worth.test(file.name))
    .map(async (file) => {
      const path = join(file.parentPath, file.name);
      const data = readFileSync(path);
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: data.length };
      await compress(path, data, 'br', () => promisify(brotliCompress)(data, { params }));
      await compress(path, data, 'gz', () => promisify(gzip)(data, { level: 9 }));
    }),
);

async function compress(path, data, kind, make) {
  const before = join(kept, `${createHash('sha256').update(data).digest('hex')}.${kind}`);
  if (!existsSync(before)) {
    // Whole or not there: a build that is stopped leaves nothing half.
    writeFileSync(`${before}.${process.pid}`, await make());
    renameSync(`${before}.${process.pid}`, before);
  }
  copyFileSync(before, `${path}.${kind}`);
}
