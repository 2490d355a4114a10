// Builds the page with the client alone into the folder named on the command line; run in web/, where the packages are.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { build } = await import(pathToFileURL(join(process.cwd(), 'node_modules/vite/dist/node/index.js')).href);
await build({
  configFile: false,
  root: import.meta.dirname,
  base: './',
  logLevel: 'warn',
  build: {
    outDir: process.argv[2],
    emptyOutDir: true,
    target: 'es2023',
    assetsDir: 'a',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    minify: false,
  },
  worker: { format: 'es' },
});
