// Templates filled in: the same decisions as in Python.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vectors } from '../../shared/wire/vectors.ts';
import { parseDefinition } from './template_definition.ts';
import { ParametersBroken, render } from './template_rendering.ts';

const { definitions, rendered, refused } = vectors('templates');
const definition = (name: string) => parseDefinition(JSON.parse(definitions[name].text));

test('parameters are filled in', () => {
  for (const { definition: name, components, rendered: expected } of rendered) {
    const buttons = (expected.buttons ?? []).map((one: Record<string, string>) => ({ type: one.type, text: one.text, url: one.url ?? '' }));
    assert.deepEqual(render(definition(name), components), { header: '', footer: '', ...expected, buttons });
  }
});

test('parameters that break a rule are refused', () => {
  for (const { definition: name, components, why } of refused) assert.throws(() => render(definition(name), components), ParametersBroken, why);
});

test('what has not even the shape of components is refused', () => {
  for (const components of [null, {}, 'x', [null], [{ type: 'body', parameters: {} }], [{ type: 'body', parameters: [5] }], [{ type: 'body', more: 1 }]]) {
    assert.throws(() => render(definition('departure'), components), ParametersBroken, JSON.stringify(components));
  }
});
