// Second pass: bundles the service worker with the list of files it keeps for starting offline, and a version made from them.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'vite';

const web = new URL('..', import.meta.url).pathname;
const out = join(web, '../src/handschlag/messenger/static');
const entry = join(web, 'messenger/sw.ts');
// Heavy, and not for everybody: kept from the first use on.
const LATER = /^a\/_?virtual_emoji-/;

if (existsSync(entry)) {
  const hash = createHash('sha256');
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.parentPath.includes('.vite') && file.name !== 'sw.js')
    .map((file) => relative(out, join(file.parentPath, file.name)))
    .sort();
  for (const file of files) hash.update(file).update(readFileSync(join(out, file)));
  await build({
    configFile: false,
    root: web,
    publicDir: false,
    logLevel: 'warn',
    define: {
      __FILES__: JSON.stringify(files.filter((file) => !LATER.test(file))),
      __LATER__: JSON.stringify(files.filter((file) => LATER.test(file))),
      __BUILD__: JSON.stringify(hash.digest('hex').slice(0, 16)),
    },
    build: { outDir: out, emptyOutDir: false, target: 'es2023', lib: { entry, formats: ['iife'], name: 'sw', fileName: () => 'sw.js' } },
  });
}
