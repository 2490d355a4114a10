// What the programs here share: what they are given, and one line of JSON with what each call answered.
import { readFileSync } from 'node:fs';

export const given = JSON.parse(process.env.GIVEN);
const results = {};

/** Make a call, and remember its answer or its error under a name. */
export async function call(name, action) {
  try {
    results[name] = { answer: await action() };
  } catch (error) {
    results[name] = { error: `${error.name}: ${error.message}`, code: error.code ?? error.errorCode ?? null };
  }
  return results[name].answer;
}

export const file = (name) => readFileSync(`${given.files}/${name}`);

export const finish = () => console.log(JSON.stringify(results));
