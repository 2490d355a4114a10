// A form that is open: the machine, what it shows now, and the company's answers to what it asks.
import type { MessengerClient } from '../../client/api.ts';
import type { Problem } from './model/entries.ts';
import type { Fields } from './model/expressions.ts';
import { FlowForm, type Outcome, type Trouble } from './model/form.ts';

// A form that was closed halfway is found as it was left, as long as the page is open.
const left = new Map<string, FlowForm>();

export class OpenForm {
  state = $state<'opening' | 'open' | 'broken' | 'done'>('opening');
  screen = $state('');
  title = $state('');
  shown = $state.raw<Fields[]>([]);
  problems = $state.raw<Record<string, Problem>>({});
  notice = $state('');
  trouble = $state<Trouble | null>(null);
  asking = $state(false);
  canGoBack = $state(false);
  #form: FlowForm | null = null;

  constructor(private readonly client: MessengerClient, private readonly message: string, private readonly sentText: string) {}

  async open(): Promise<void> {
    const received = await this.client.form(this.message);
    const before = left.get(this.message);
    if (!received) this.state = 'broken';
    else if (before) await this.#resume(before);
    else {
      await this.act(() => {
        this.#form = new FlowForm(received.flow, received.token);
        return this.#form.open(received.action, received.screen, received.data);
      });
    }
  }

  fill = (name: string, value: unknown): Promise<void> => this.act((form) => form.fill(name, value), name);
  submit = (): Promise<void> => this.act((form) => form.submit());
  back = (): Promise<void> => this.act((form) => form.back());
  follow = (position: number, item?: string): Promise<void> => this.act((form) => form.follow(position, item ?? null));

  async #resume(form: FlowForm): Promise<void> {
    this.#form = form;
    await this.act(() => ({ kind: 'moved' }));
  }

  /** Does one step; a form whose own words cannot be read is not shown further. */
  private async act(step: (form: FlowForm) => Outcome, filled?: string): Promise<void> {
    try {
      await this.#take(step(this.#form!), filled);
    } catch (error) {
      console.warn('form:', error);
      left.delete(this.message);
      this.state = 'broken';
    }
  }

  async #take(first: Outcome, filled?: string): Promise<void> {
    let outcome = first;
    while (outcome.kind === 'ask') {
      this.asking = true;
      this.#show(filled);
      const { screen, data, problem, message } = await this.client.askForm(this.message, outcome);
      this.asking = false;
      outcome = this.#form!.answer(screen, data, problem, message);
    }
    if (outcome.kind === 'openurl') window.open(outcome.url, '_blank', 'noopener,noreferrer');
    if (outcome.kind === 'done') {
      await this.client.finishForm(this.message, outcome.response, this.sentText);
      left.delete(this.message);
      this.state = 'done';
      return;
    }
    this.#show(filled);
    if (outcome.kind === 'invalid') this.problems = outcome.problems;
  }

  #show(filled?: string): void {
    const form = this.#form!;
    left.set(this.message, form);
    if (form.screen !== this.screen) this.problems = {};
    else if (filled) this.problems = Object.fromEntries(Object.entries(this.problems).filter(([name]) => name !== filled));
    this.shown = form.shown();
    [this.screen, this.title, this.notice, this.trouble, this.canGoBack] = [form.screen, form.title, form.notice, form.problem, form.can_go_back];
    this.state = form.screen || this.asking || form.problem ? 'open' : 'broken';
  }
}
