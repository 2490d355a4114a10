// A form as it is filled in, a machine without a screen: as in src/handschlag/content/flows/form.py, by the same examples.
import { ENTRIES, firstValue, isEmpty, problemWith, type Problem } from './entries.ts';
import { asText, holds, isFields, resolve, type Fields, type Reference } from './expressions.ts';

/** Why the company did not answer a question. */
export type Trouble = 'unreachable' | 'refused' | 'token' | 'broken' | 'too_large' | 'unknown';

export type Outcome =
  | { kind: 'invalid'; problems: Record<string, Problem> }
  | { kind: 'moved' }
  | { kind: 'ask'; action: 'INIT' | 'BACK' | 'data_exchange'; screen: string | null; data: Fields }
  | { kind: 'done'; response: Fields }
  | { kind: 'openurl'; url: string }
  | { kind: 'impossible' };

interface Screen { id: string; definition: Fields; data: Fields; values: Fields }

const FINISHED = 'SUCCESS';
const MOST_SCREENS = 100;
const MOVED = { kind: 'moved' } as const;
const IMPOSSIBLE = { kind: 'impossible' } as const;

export class FlowForm {
  readonly #flow: Fields;
  readonly #token: string;
  readonly #definitions = new Map<string, Fields>();
  readonly #seen = new Map<string, Screen>();
  #stack: Screen[] = [];
  asking = false;
  notice = '';
  problem: Trouble | null = null;

  constructor(flow: Fields, token: string) {
    this.#flow = flow;
    this.#token = token;
    for (const screen of list(flow.screens)) this.#definitions.set(String(screen.id), screen);
  }

  get screen(): string {
    return this.#stack.at(-1)?.id ?? '';
  }

  get title(): string {
    return asText(this.#stack.at(-1)?.definition.title);
  }

  get can_go_back(): boolean {
    return this.#stack.length > 1;
  }

  open(action = 'navigate', screen: string | null = null, data: Fields | null = null): Outcome {
    return action === 'data_exchange' ? this.#ask('INIT', null, {}) : this.#enter(screen ?? entryScreen(this.#flow), data ?? {});
  }

  /** The components of the screen from top to bottom, with what every property stands for now. */
  shown(): Fields[] {
    const screen = this.#stack.at(-1);
    return screen ? this.#shown(childrenOf(screen.definition)) : [];
  }

  fill(name: string, value: unknown): Outcome {
    const entry = this.shown().find((one) => one.name === name && isEntry(one));
    if (this.asking || !entry || entry.enabled === false) return IMPOSSIBLE;
    this.#stack.at(-1)!.values[name] = value;
    const when = isEmpty(value) ? 'on-unselect-action' : 'on-select-action';
    const option = list(entry['data-source']).find((one) => one.id === value && isFields(one['on-select-action']));
    const action = option?.['on-select-action'] ?? entry[when];
    return isFields(action) && (action.name === 'update_data' || action.name === 'data_exchange') ? this.#act(action) : MOVED;
  }

  check(): Record<string, Problem> {
    const found: Record<string, Problem> = {};
    for (const one of this.shown()) {
      const problem = isEntry(one) && one.enabled !== false ? problemWith(one, one.value) : null;
      if (problem) found[String(one.name)] = problem;
    }
    return found;
  }

  submit(): Outcome {
    const footer = this.shown().find((one) => one.type === 'Footer');
    if (this.asking || !footer || footer.enabled === false) return IMPOSSIBLE;
    const problems = this.check();
    return Object.keys(problems).length ? { kind: 'invalid', problems } : this.#act(footer['on-click-action'] as Fields);
  }

  /** Presses a link, an opt-in's text or an entry of a list: the component at `position` of what is shown. */
  follow(position: number, item: string | null = null): Outcome {
    const component = this.shown()[position] ?? {};
    const chosen = list(component['list-items']).find((one) => one.id === item);
    const action = chosen?.['on-click-action'] ?? component['on-click-action'];
    return this.asking || component.type === 'Footer' || !isFields(action) ? IMPOSSIBLE : this.#act(action);
  }

  back(): Outcome {
    if (this.asking || !this.can_go_back) return IMPOSSIBLE;
    const left = this.#stack.pop()!;
    this.#calm();
    return this.#stack.at(-1)!.definition.refresh_on_back === true && this.#flow.data_api_version ? this.#ask('BACK', left.id, {}) : MOVED;
  }

  /** Takes the company's answer to the question that is open. */
  answer(screen: string | null, data: Fields, problem: Trouble | null, message: string | null): Outcome {
    if (!this.asking) return IMPOSSIBLE;
    this.asking = false;
    if (problem !== null || screen === null) {
      [this.problem, this.notice] = [problem ?? 'broken', message ?? ''];
      return MOVED;
    }
    if (screen === FINISHED) {
      const ending = data.extension_message_response;
      const given = isFields(ending) && isFields(ending.params) ? ending.params : {};
      return { kind: 'done', response: { flow_token: this.#token, ...given } };
    }
    if (!this.#definitions.has(screen)) {
      this.problem = 'broken';
      return MOVED;
    }
    const { error_message: said, ...rest } = data;
    const outcome = this.#enter(screen, rest);
    this.notice = typeof said === 'string' ? said : '';
    return outcome;
  }

  readonly #lookUp = ({ screen, source, path }: Reference): unknown => {
    const of = screen ? this.#seen.get(screen) : this.#stack.at(-1);
    let value: unknown = source === 'data' ? of?.data : of?.values;
    for (const name of path) value = isFields(value) && Object.hasOwn(value, name) ? value[name] : null;
    return value ?? null;
  };

  #shown(children: unknown): Fields[] {
    return list(children).flatMap((component) => {
      if (component.type === 'If') return this.#shown(component[holds(String(component.condition), this.#lookUp) ? 'then' : 'else']);
      if (component.type === 'Switch') {
        const value = asText(resolve(component.value, this.#lookUp));
        return isFields(component.cases) && Object.hasOwn(component.cases, value) ? this.#shown(component.cases[value]) : [];
      }
      if (component.type === 'Form') return this.#shown(component.children);
      const one: Fields = Object.fromEntries(
        Object.entries(component).map(([name, value]) => [name, name.endsWith('-action') ? value : resolve(value, this.#lookUp)]),
      );
      if (one.visible === false) return [];
      return [isEntry(one) ? { ...one, value: this.#stack.at(-1)!.values[String(one.name)] ?? null } : one];
    });
  }

  #act(action: Fields): Outcome {
    const payload = resolve(action.payload ?? {}, this.#lookUp) as Fields;
    switch (action.name) {
      case 'navigate':
        return this.#enter(String((action.next as Fields).name), payload);
      case 'data_exchange':
        return this.#ask('data_exchange', this.screen, payload);
      case 'update_data':
        Object.assign(this.#stack.at(-1)!.data, payload);
        return MOVED;
      case 'open_url': {
        const url = asText(resolve(action.url, this.#lookUp));
        return url.startsWith('https://') ? { kind: 'openurl', url } : IMPOSSIBLE;
      }
      default:
        return { kind: 'done', response: { ...payload, flow_token: this.#token } };
    }
  }

  #ask(action: 'INIT' | 'BACK' | 'data_exchange', screen: string | null, data: Fields): Outcome {
    this.asking = true;
    this.#calm();
    return { kind: 'ask', action, screen, data };
  }

  /** Shows a screen: the one below if it is there already, else a new one on top. */
  #enter(id: string, data: Fields): Outcome {
    const definition = this.#definitions.get(id);
    if (!definition || this.#stack.length >= MOST_SCREENS) return IMPOSSIBLE;
    this.#calm();
    const below = this.#stack.findIndex((one) => one.id === id);
    if (below >= 0) {
      this.#stack = this.#stack.slice(0, below + 1);
      Object.assign(this.#stack[below]!.data, data);
      return MOVED;
    }
    const screen: Screen = { id, definition, data: { ...data }, values: {} };
    this.#stack.push(screen);
    this.#seen.set(id, screen);
    const all = everyComponent(childrenOf(definition));
    for (const one of all) {
      if (isEntry(one) && one.name) screen.values[String(one.name)] = firstValue(one, resolve(this.#given(one, all), this.#lookUp));
    }
    return MOVED;
  }

  /** An entry's first value as it is written: on the entry, or on the form around it. */
  #given(entry: Fields, all: Fields[]): unknown {
    if ('init-value' in entry) return entry['init-value'];
    for (const form of all.filter((one) => one.type === 'Form')) {
      const values = resolve(form['init-values'] ?? {}, this.#lookUp);
      if (isFields(values) && Object.hasOwn(values, String(entry.name))) return values[String(entry.name)];
    }
    return null;
  }

  #calm(): void {
    this.problem = null;
    this.notice = '';
  }
}

const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const isEntry = (component: Fields): boolean => ENTRIES.includes(String(component.type));
const childrenOf = (screen: Fields): unknown => (isFields(screen.layout) ? screen.layout.children : []);

function everyComponent(children: unknown): Fields[] {
  return list(children).flatMap((one) => {
    const branches = one.type === 'Switch' && isFields(one.cases) ? Object.values(one.cases) : [one.children, one.then, one.else];
    return [one, ...branches.flatMap(everyComponent)];
  });
}

/** The first screen no other leads to, else the first of the list. */
function entryScreen(flow: Fields): string {
  const screens = list(flow.screens);
  const model = isFields(flow.routing_model) ? Object.values(flow.routing_model).flat() : [];
  const targets = model.length ? model : screens.flatMap((screen) => everyComponent(childrenOf(screen)).flatMap(leadsTo));
  return String((screens.find((screen) => !targets.includes(screen.id)) ?? screens[0])?.id);
}

function leadsTo(component: Fields): unknown[] {
  const own = ['on-click-action', 'on-select-action', 'on-unselect-action'].map((name) => component[name]).filter(isFields);
  const targets = own.filter((action) => action.name === 'navigate' && isFields(action.next)).map((action) => (action.next as Fields).name);
  return [...targets, ...[...list(component['data-source']), ...list(component['list-items'])].flatMap(leadsTo)];
}
