// Templates filled in: the same decisions as in Python.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vectors } from '../../../shared/wire/vectors.ts';
import { parseDefinition } from './definition.ts';
import { ParametersBroken, render } from './rendering.ts';

const { definitions, rendered, refused } = vectors('templates');
const definition = (name: string) => parseDefinition(JSON.parse(definitions[name].text));

/** Without what is empty, as the vectors write it. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shortened);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([, one]) => one !== null && one !== '' && one !== 0 && !(Array.isArray(one) && !one.length));
  return Object.fromEntries(kept.map(([name, one]) => [name, shortened(one)]));
}

test('parameters are filled in', () => {
  for (const { definition: name, components, rendered: expected } of rendered) {
    assert.deepEqual(shortened(render(definition(name), components)), shortened(withDefaults(expected)), name);
  }
});

/** Python leaves out a form's action where it is the usual one. */
function withDefaults(expected: { buttons?: { flow?: { target: object } }[] }): unknown {
  const buttons = expected.buttons?.map((one) => (one.flow ? { ...one, flow: { ...one.flow, target: { flow_action: 'navigate', ...one.flow.target } } } : one));
  return { ...expected, ...(buttons && { buttons }) };
}

test('parameters that break a rule are refused', () => {
  for (const { definition: name, components, why } of refused) assert.throws(() => render(definition(name), components), ParametersBroken, why);
});

test('what has not even the shape of components is refused', () => {
  for (const components of [null, {}, 'x', [null], [{ type: 'body', parameters: {} }], [{ type: 'body', parameters: [5] }], [{ type: 'body', more: 1 }]]) {
    assert.throws(() => render(definition('departure'), components), ParametersBroken, JSON.stringify(components));
  }
});
