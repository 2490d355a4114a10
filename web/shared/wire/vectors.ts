// Reads spec/vectors for the tests, which Python's tests read too.
import { readFileSync } from 'node:fs';

// The examples are JSON of many shapes; each test knows its own.
export const vectors = (name: string): any => JSON.parse(readFileSync(new URL(`../../../spec/vectors/${name}.json`, import.meta.url), 'utf8'));
