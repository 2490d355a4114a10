// spec/vectors/flows.json: the same examples as Python's tests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vectors } from '../../../../shared/wire/vectors.ts';
import { problemWith } from './entries.ts';
import { ExpressionBroken, holds, resolve, type Fields, type Reference } from './expressions.ts';
import { FlowForm } from './form.ts';

interface Step { do: [name: string, ...rest: unknown[]] }
interface Vectors {
  given: Record<string, Fields>;
  expressions: { text: string; value: unknown }[];
  entries: { component: Fields; value: unknown; problem: string | null }[];
  forms: { flow: Fields; token: string; steps: (Step & Fields)[] }[];
}

const all: Vectors = vectors('flows');

function lookUp({ screen, source, path }: Reference): unknown {
  let value: unknown = ((screen ? (all.given.screens![screen] as Fields | undefined) : all.given) ?? {})[source];
  for (const name of path) value = (value as Fields | null | undefined)?.[name];
  return value ?? null;
}

test('an expression stands for what its example says', () => {
  for (const { text, value } of all.expressions) assert.deepEqual(resolve(text, lookUp), value, text);
});

test('what is no expression is refused', () => {
  for (const text of ['`1 +`', '`(1`', '`1 2 )`', '`@`', '`${nothing}`', '`${data.}`', `\`${'('.repeat(200)}\``, `\`${'1+'.repeat(300)}1\``]) {
    assert.throws(() => resolve(text, lookUp), ExpressionBroken, text);
  }
  assert.throws(() => holds('', lookUp), ExpressionBroken);
});

test('a value is right or wrong as its example says', () => {
  for (const { component, value, problem } of all.entries) assert.equal(problemWith(component, value), problem, JSON.stringify([component, value]).slice(0, 200));
});

test('a form takes the steps of its example', () => {
  for (const { flow, token, steps } of all.forms) {
    const form = new FlowForm(flow, token);
    for (const { do: [name, ...rest], ...expected } of steps) {
      const act = form[name as 'submit'] as (...rest: unknown[]) => unknown;
      const gives = act.apply(form, rest);
      const { screen, asking, notice, problem, can_go_back } = form;
      const seen = { gives, screen, asking, notice, problem, can_go_back, check: screen ? form.check() : {}, shown: form.shown() };
      assert.deepEqual(JSON.parse(JSON.stringify(seen)), expected, `${name} ${JSON.stringify(rest)}`);
    }
  }
});
