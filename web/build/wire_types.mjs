// Writes shared/wire/types.ts from the Python structs; with --check only says whether it is up to date.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';

const root = new URL('../../', import.meta.url).pathname;
const target = new URL('../shared/wire/types.ts', import.meta.url).pathname;
const schema = JSON.parse(execFileSync(`${root}.venv/bin/python`, [`${root}tools/wire_schema.py`], { encoding: 'utf8' }));
const bannerComment = '// Everything that travels, written by `make types` from the structs of src/handschlag/wire: change those, not this.';
const text = await compile(schema, 'Wire', {
  bannerComment, unreachableDefinitions: true, additionalProperties: false, style: { singleQuote: true, printWidth: 140 },
});

if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('shared/wire/types.ts is older than the Python structs: run `make types`');
  process.exit(1);
}
