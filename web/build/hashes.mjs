// Writes hashes.txt beside the built files (or those in the folder named on the command line), as `sha256sum --check` reads it: the list that is published, and all that is ever served.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const out = process.argv[2] ?? new URL('../../src/handschlag/messenger/static/', import.meta.url).pathname;
const lines = readdirSync(out, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile() && !file.parentPath.includes('.vite') && file.name !== 'hashes.txt')
  .map((file) => relative(out, join(file.parentPath, file.name)))
  .sort()
  .map((name) => `${createHash('sha256').update(readFileSync(join(out, name))).digest('hex')}  ${name}\n`);
writeFileSync(join(out, 'hashes.txt'), lines.join(''));
