// A template filled in: what may be shown of an approved text with a company's parameters; the same rules as in Python.
import { isObject } from '../../shared/wire/frames.ts';
import { characters } from './bodies.ts';
import { onDomain, PLACEHOLDER, type ButtonPattern, type ParsedDefinition, type Pattern } from './template_definition.ts';

const HEADER_CHARACTERS = 60;
const BODY_CHARACTERS = 1024;
const URL_CHARACTERS = 2000;
const PAYLOAD_CHARACTERS = 256;
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]| {4}/;
const LINK = /:\/\/|[wW]{3}\.|[A-Za-z0-9-]+\.[A-Za-z]{2,}\//;

export class ParametersBroken extends Error {}

export interface Rendered {
  header: string;
  body: string;
  footer: string;
  buttons: { type: string; text: string; url: string }[];
}

type Fields = Record<string, unknown>;

/** The text with every parameter the definition names, and no other; throws ParametersBroken. */
export function render(definition: ParsedDefinition, components: unknown): Rendered {
  demand(Array.isArray(components) && components.every(isComponent), 'components');
  const given = new Map(components.map((one) => [`${String(one.type)}:${one.index === undefined ? '' : String(one.index)}`, one]));
  demand(given.size === components.length, 'one part is given twice');
  const take = (key: string): Fields | undefined => {
    const component = given.get(key);
    given.delete(key);
    return component;
  };
  const [header, body] = [take('header:'), take('body:')];
  const buttons = definition.buttons.map((button, index) => renderButton(button, take(`button:${index}`), definition.domain));
  demand(!given.size, 'parameters for a part the template does not have');
  return {
    header: fill(definition.header, parametersOf(header), HEADER_CHARACTERS),
    body: fill(definition.body, parametersOf(body), BODY_CHARACTERS),
    footer: definition.footer,
    buttons,
  };
}

function demand(fits: unknown, what: string): asserts fits {
  if (!fits) throw new ParametersBroken(what);
}

const hasOnly = (value: Fields, ...fields: string[]): boolean => Object.keys(value).every((field) => fields.includes(field));

function isComponent(value: unknown): value is Fields {
  if (!isObject(value) || !hasOnly(value, 'type', 'sub_type', 'index', 'parameters') || !Array.isArray(value.parameters ?? [])) return false;
  return parametersOf(value).every((one) => isObject(one) && hasOnly(one, 'type', 'text', 'parameter_name', 'payload'));
}

const parametersOf = (component: Fields | undefined): Fields[] => (component?.parameters ?? []) as Fields[];

function renderButton(button: ButtonPattern, component: Fields | undefined, domain: string): Rendered['buttons'][number] {
  demand(!component || component.sub_type === button.type, 'button');
  const parameters = parametersOf(component);
  if (button.type === 'quick_reply') {
    const [payload, ...more] = parameters;
    demand(!payload || (payload.type === 'payload' && payload.text === undefined && !more.length && isWords(payload.payload, PAYLOAD_CHARACTERS)), 'payload');
  }
  if (button.type !== 'url') return { type: button.type, text: button.text, url: '' };
  const url = fill(button.target, parameters, URL_CHARACTERS);
  demand(onDomain(url, domain), 'address');
  return { type: button.type, text: button.text, url };
}

const isWords = (value: unknown, longest: number): value is string => typeof value === 'string' && value !== '' && characters(value) <= longest;

function fill(pattern: Pattern, parameters: Fields[], longest: number): string {
  demand(parameters.length === pattern.placeholders.length, 'number of parameters');
  const values = new Map<unknown, string>();
  for (const [position, { type, text, parameter_name, payload }] of parameters.entries()) {
    demand(type === 'text' && payload === undefined && pattern.named === (parameter_name !== undefined), 'parameter');
    const name = pattern.named ? parameter_name : pattern.placeholders[position];
    demand(pattern.placeholders.includes(name as string) && !values.has(name), 'parameter_name');
    demand(typeof text === 'string' && text && !FORBIDDEN.test(text) && !LINK.test(text), 'text');
    values.set(name, text);
  }
  // Values are put in once and never read again for placeholders.
  const filled = pattern.text.replace(PLACEHOLDER, (_, name: string) => values.get(name)!);
  demand(characters(filled) <= longest, 'length');
  return filled;
}
