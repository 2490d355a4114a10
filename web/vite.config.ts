// Builds the messenger into the Python package, which serves it.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { emoji } from './build/emoji.ts';

export default defineConfig({
  root: 'messenger',
  base: './',
  plugins: [svelte({ configFile: '../svelte.config.js' }), emoji()],
  // Assets stay files: a data: address would need a hole in the Content-Security-Policy.
  build: {
    outDir: '../../src/handschlag/messenger/static',
    emptyOutDir: true,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    assetsDir: 'a',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
  // The server lets exactly what is called .worker- compile WebAssembly.
  worker: { format: 'es', rolldownOptions: { output: { entryFileNames: 'a/client.worker-[hash].js' } } },
  optimizeDeps: { exclude: ['@matrix-org/matrix-sdk-crypto-wasm'] },
  server: { fs: { allow: ['..'] } },
});
