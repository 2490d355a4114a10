// Expressions of Flow JSON, as in src/handschlag/content/flows/expressions.py: references, and what is computed between backticks.
export interface Reference {
  /** Empty for the screen that is shown. */
  screen: string;
  source: 'data' | 'form';
  path: string[];
}

export type Fields = Record<string, unknown>;
type LookUp = (reference: Reference) => unknown;
type Node = { sign: 'reference'; reference: Reference } | { sign: 'literal'; value: unknown } | { sign: string; parts: Node[] };

export class ExpressionBroken extends Error {}

const WHOLE = /^\s*\$\{([A-Za-z0-9_.-]+)\}\s*$/;
const TOKEN = /\s*(?:\$\{(?<reference>[A-Za-z0-9_.-]+)\}|(?<number>\d+(?:\.\d+)?)|'(?<text>(?:[^'\\]|\\.)*)'|(?<word>true|false)|(?<sign>&&|\|\||==|!=|>=|<=|[><!+\-*/%()]))/y;
const COMPARISONS = ['==', '!=', '>=', '<=', '>', '<'];
const LEVELS = [['||'], ['&&'], COMPARISONS, ['join'], ['+', '-'], ['*', '/', '%']];
const DEEPEST = 40;
const MOST_TOKENS = 200;

/** The value with every expression in it, however deep, replaced by what it stands for now. */
export function resolve(value: unknown, lookUp: LookUp): unknown {
  if (typeof value === 'string') {
    const node = parse(value, false);
    return node ? evaluate(node, lookUp) : value;
  }
  if (Array.isArray(value)) return value.map((one) => resolve(one, lookUp));
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolve(one, lookUp)])) : value;
}

/** Whether a condition holds now. */
export function holds(condition: string, lookUp: LookUp): boolean {
  const node = parse(condition, true);
  return node !== null && isTrue(evaluate(node, lookUp));
}

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTrue = (value: unknown): boolean => value === true || value === 'true';

/** A number or a text that is one; what is typed into a form is text. */
export function asNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : null;
}

/** A value as it is joined to others, and shown. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(asText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

function parse(text: string, condition: boolean): Node | null {
  const whole = WHOLE.exec(text);
  if (whole) return { sign: 'reference', reference: parseReference(whole[1]!) };
  if (text.length > 1 && text.startsWith('`') && text.endsWith('`')) return new Parser(text.slice(1, -1)).whole();
  return condition ? new Parser(text).whole() : null;
}

function parseReference(text: string): Reference {
  let parts = text.split('.');
  let screen = '';
  if (parts[0] === 'screen' && parts.length > 1) [screen, parts] = [parts[1]!, parts.slice(2)];
  const [source, ...path] = parts;
  if ((source !== 'data' && source !== 'form') || !path.length || !path.every(Boolean)) throw new ExpressionBroken(text);
  return { screen, source, path };
}

function evaluate(node: Node, lookUp: LookUp): unknown {
  if ('reference' in node) return lookUp(node.reference) ?? null;
  if ('value' in node) return node.value;
  const { sign, parts } = node as { sign: string; parts: Node[] };
  const left = evaluate(parts[0]!, lookUp);
  if (sign === '!') return !isTrue(left);
  if (sign === 'negative') {
    const number = asNumber(left);
    return number === null ? null : -number;
  }
  if (sign === '&&') return isTrue(left) && isTrue(evaluate(parts[1]!, lookUp));
  if (sign === '||') return isTrue(left) || isTrue(evaluate(parts[1]!, lookUp));
  const right = evaluate(parts[1]!, lookUp);
  if (sign === 'join') return asText(left) + asText(right);
  return COMPARISONS.includes(sign) ? compared(sign, left, right) : computed(sign, left, right);
}

function compared(sign: string, left: unknown, right: unknown): boolean {
  const [first, second] = [asNumber(left), asNumber(right)];
  const numbers = first !== null && second !== null;
  if (sign === '==' || sign === '!=') return (numbers ? first === second : asText(left) === asText(right)) === (sign === '==');
  if (!numbers) return false;
  return sign === '>' ? first > second : sign === '>=' ? first >= second : sign === '<' ? first < second : first <= second;
}

function computed(sign: string, left: unknown, right: unknown): number | null {
  const [first, second] = [asNumber(left), asNumber(right)];
  if (first === null || second === null || ('/%'.includes(sign) && second === 0)) return null;
  if (sign === '+') return first + second;
  if (sign === '-') return first - second;
  if (sign === '*') return first * second;
  // The remainder has the sign of the divisor, as in Python.
  return sign === '/' ? first / second : ((first % second) + second) % second;
}

/** Reads an expression from left to right; weaker signs hold stronger ones. */
class Parser {
  readonly #tokens: [kind: string, text: string][] = [];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const match = TOKEN.exec(text);
      if (!match || this.#tokens.length >= MOST_TOKENS) throw new ExpressionBroken(text);
      const [kind, found] = Object.entries(match.groups!).find(([, one]) => one !== undefined)!;
      this.#tokens.push([kind, found!]);
    }
  }

  whole(): Node {
    const node = this.#binary(0);
    if (this.#at < this.#tokens.length) throw new ExpressionBroken(this.#tokens[this.#at]![1]);
    return node;
  }

  #binary(level: number): Node {
    const signs = LEVELS[level];
    if (!signs) return this.#unary();
    let node = this.#binary(level + 1);
    for (;;) {
      const [kind, text] = this.#peek();
      if (signs[0] === 'join') {
        if (!['reference', 'number', 'text', 'word'].includes(kind) && text !== '(') return node;
        node = { sign: 'join', parts: [node, this.#binary(level + 1)] };
      } else if (kind === 'sign' && signs.includes(text)) {
        this.#at++;
        node = { sign: text, parts: [node, this.#binary(level + 1)] };
      } else {
        return node;
      }
    }
  }

  #peek(): [kind: string, text: string] {
    return this.#tokens[this.#at] ?? ['end', ''];
  }

  #unary(): Node {
    const [kind, text] = this.#peek();
    this.#at++;
    if (++this.#depth > DEEPEST) throw new ExpressionBroken(text);
    const node = this.#primary(kind, text);
    this.#depth--;
    return node;
  }

  #primary(kind: string, text: string): Node {
    if (kind === 'reference') return { sign: 'reference', reference: parseReference(text) };
    if (kind === 'number') return { sign: 'literal', value: Number(text) };
    if (kind === 'text') return { sign: 'literal', value: text.replace(/\\(.)/g, '$1') };
    if (kind === 'word') return { sign: 'literal', value: text === 'true' };
    if (text === '(') {
      const node = this.#binary(0);
      if (this.#peek()[1] !== ')') throw new ExpressionBroken(text);
      this.#at++;
      return node;
    }
    if (kind === 'sign' && (text === '!' || text === '-')) return { sign: text === '!' ? '!' : 'negative', parts: [this.#unary()] };
    throw new ExpressionBroken(text);
  }
}
