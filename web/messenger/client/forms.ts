// Forms of messages: what a message brings to fill in, and the questions an open form has for its company.
import { makeEnvelopeId } from '../../shared/wire/envelope.ts';
import { isObject } from '../../shared/wire/frames.ts';
import type { FormAnswer, FormQuestion, ReceivedForm } from './api.ts';
import type { Notice } from './broadcast.ts';
import type { Button } from './templates/rendering.ts';

const EXCHANGE_SECONDS = 30;
const INLINE_BYTES = 48 * 1024;
const MESSAGE_CHARACTERS = 1000;
const SCREEN_CHARACTERS = 200;
const UNUSED_TOKEN = 'unused';
const PROBLEMS = ['unreachable', 'refused', 'token', 'broken', 'too_large', 'unknown'];

/** The form of an interactive message's body, null if there is none that can be opened here. */
export function formOfMessage(body: Record<string, unknown>): ReceivedForm | null {
  const { action } = isObject(body.interactive) ? body.interactive : {};
  const { parameters } = isObject(action) ? action : {};
  if (!isObject(parameters)) return null;
  const { screen, data } = isObject(parameters.flow_action_payload) ? parameters.flow_action_payload : {};
  return received(parameters.flow, parameters.flow_token, parameters.flow_action, screen, data);
}

/** The form of a template's button, as the template is shown. */
export function formOfTemplate(buttons: Button[]): ReceivedForm | null {
  const opening = buttons.find((one) => one.flow)?.flow;
  if (!opening) return null;
  const { target, token, data, form } = opening;
  return received(form, token, target.flow_action, target.navigate_screen, data ? JSON.parse(data) : {});
}

function received(form: unknown, token: unknown, action: unknown, screen: unknown, data: unknown): ReceivedForm | null {
  const { text } = isObject(form) ? form : {};
  if (typeof text !== 'string' || new TextEncoder().encode(text).length > INLINE_BYTES) return null;
  let flow: unknown;
  try {
    flow = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(flow) || !Array.isArray(flow.screens) || !flow.screens.length) return null;
  return {
    flow, token: typeof token === 'string' && token ? token : UNUSED_TOKEN, action: action === 'data_exchange' ? action : 'navigate',
    screen: typeof screen === 'string' && screen ? screen : null, data: isObject(data) ? data : {},
  };
}

/** A company's answer to a form's question, null if it has not the shape of one. */
export function parseFormAnswer(value: unknown): { request: string; answer: FormAnswer } | null {
  if (!isObject(value) || typeof value.request !== 'string') return null;
  const { request, screen = null, data = {}, problem = null, message = null, ...more } = value;
  const named = typeof screen === 'string' && screen.length > 0 && screen.length <= SCREEN_CHARACTERS;
  const fits = isObject(data) && (message === null || (typeof message === 'string' && message.length <= MESSAGE_CHARACTERS));
  if (!fits || Object.keys(more).length || named === (typeof problem === 'string' && PROBLEMS.includes(problem))) return null;
  return { request, answer: { screen: named ? screen : null, data, problem: named ? null : problem, message } as FormAnswer };
}

/** The questions of this tab that are open; an answer to any other is nothing. */
export class Questions {
  readonly #open = new Map<string, { company: string; take: (answer: FormAnswer) => void }>();
  readonly #tell: (notice: Notice) => void;

  constructor(tell: (notice: Notice) => void) {
    this.#tell = tell;
  }

  /** Puts a question through the tab that owns the keys, and waits a bounded time. */
  ask(company: string, message: string, { action, screen, data }: FormQuestion, now: number): Promise<FormAnswer> {
    const id = makeEnvelopeId(now);
    const body = { flow_request: { message, action, ...(screen === null ? {} : { screen }), data } };
    let timer: ReturnType<typeof setTimeout>;
    const answer = new Promise<FormAnswer>((take) => {
      this.#open.set(id, { company, take });
      timer = setTimeout(() => take({ screen: null, data: {}, problem: 'unreachable', message: null }), EXCHANGE_SECONDS * 1000);
    });
    this.#tell({ what: 'ask', company, id, body });
    return answer.finally(() => {
      clearTimeout(timer);
      this.#open.delete(id);
    });
  }

  hear(company: string, request: string, answer: FormAnswer): void {
    const question = this.#open.get(request);
    if (question?.company === company) question.take(answer);
  }
}
