// @chat-adapter/whatsapp, unmodified: a bot with its own webhook server that answers each message with everything its users post.
import { createServer } from 'node:http';
import { Agent, request as secure } from 'node:https';
import { createMemoryState } from '@chat-adapter/state-memory';
import { createWhatsAppAdapter } from '@chat-adapter/whatsapp';
import { Actions, Button, Card, CardText, Chat, ConsoleLogger } from 'chat';
import { file, given } from './calls.mjs';

const tell = (line) => console.log(JSON.stringify(line));
const adapter = createWhatsAppAdapter({
  accessToken: given.token, appSecret: given.appSecret, phoneNumberId: given.phoneNumberId, verifyToken: 'a token of the bot',
  userName: 'gate-bot', logger: new ConsoleLogger('silent'), ...(given.baseUrl && { apiUrl: given.baseUrl }),
});
const bot = new Chat({ userName: 'gate-bot', adapters: { whatsapp: adapter }, state: createMemoryState(), logger: 'silent' });

// The client fetches files over TLS from public addresses alone; this leads its request through the proxy, as a company's network would.
const agent = new Agent({ proxyEnv: process.env });
const transport = (url, signal, headers) => new Promise((fulfill, reject) => secure(url, { agent, headers, signal }, fulfill).on('error', reject).end());

bot.onDirectMessage(async (thread, message) => {
  const attachments = [];
  for (const { type, mimeType, name, fetchMetadata } of message.attachments) {
    const data = given.baseUrl ? null : (await adapter.downloadMedia(fetchMetadata.mediaId, transport)).toString('base64');
    attachments.push({ type, mimeType, name, data });
  }
  const told = { saw: 'message', id: message.id, text: message.text, author: message.author.userId, name: message.author.fullName, attachments, posted: {} };
  const post = async (name, action) => {
    try {
      told.posted[name] = (await action())?.id ?? true;
    } catch (error) {
      told.posted[name] = { error: `${error.name}: ${error.message}`, code: error.errorCode ?? null, details: error.details ?? null };
    }
  };
  if (message.text === 'Everything, please') {
    await post('typing', () => thread.startTyping());
    await post('text', () => thread.post({ markdown: 'Your gate is **B12**.' }));
    await post('file', () => thread.post({ markdown: 'Your ticket', files: [{ data: file('ticket.pdf'), filename: 'ticket.pdf', mimeType: 'application/pdf' }] }));
    await post('card', () => thread.post(Card({ title: 'Seat', children: [CardText('Window or aisle?'), Actions([Button({ id: 'window', label: 'Window', value: 'w' }), Button({ id: 'aisle', label: 'Aisle', value: 'a' })])] })));
    await post('template', () => adapter.sendTemplate(thread.id, { name: 'hello_world', language: 'en_US' }));
    await post('reaction', () => adapter.addReaction(thread.id, message.id, '👍'));
    await post('read', () => adapter.markAsRead(thread.id, message.id));
  }
  tell(told);
});
bot.onAction(async (event) => tell({ saw: 'action', action: event.actionId, value: event.value ?? null, author: event.user.userId }));
bot.onReaction(async (event) => tell({ saw: 'reaction', emoji: event.rawEmoji, added: event.added, message: event.messageId }));

const server = createServer(async (incoming, outgoing) => {
  const parts = [];
  for await (const part of incoming) parts.push(part);
  const hasBody = incoming.method === 'POST';
  const request = new Request(`http://${incoming.headers.host}${incoming.url}`, { method: incoming.method, headers: incoming.headers, ...(hasBody && { body: Buffer.concat(parts) }) });
  const answer = await bot.webhooks.whatsapp(request);
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
  outgoing.end(Buffer.from(await answer.arrayBuffer()));
});
server.listen(0, '127.0.0.1', () => tell({ saw: 'start', url: `http://127.0.0.1:${server.address().port}/webhook` }));
process.stdin.on('end', () => process.exit(0)).resume();
