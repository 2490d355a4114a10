// Compresses the built files once, as hard as it goes, so that serving them costs nothing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const out = new URL('../../src/handschlag/messenger/static/', import.meta.url).pathname;
const worth = /\.(html|js|css|wasm|svg|json|webmanifest)$/;

await Promise.all(
  readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && worth.test(file.name))
    .map(async (file) => {
      const path = join(file.parentPath, file.name);
      const data = readFileSync(path);
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: data.length };
      writeFileSync(`${path}.br`, await promisify(brotliCompress)(data, { params }));
      writeFileSync(`${path}.gz`, await promisify(gzip)(data, { level: 9 }));
    }),
);
