// @kapso/whatsapp-cloud-api, unmodified: every call its users make.
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { call, file, finish, given } from './calls.mjs';

const { phoneNumberId, wabaId, to, incoming } = given;
const client = new WhatsAppClient({ accessToken: given.token, graphVersion: 'v23.0', ...(given.baseUrl && { baseUrl: given.baseUrl }) });
const whom = { phoneNumberId, to };
const bytes = (buffer) => Buffer.from(buffer).toString('base64');

const image = await call('upload', () => client.media.upload({ phoneNumberId, type: 'image/png', file: new Blob([file('gate.png')], { type: 'image/png' }), fileName: 'gate.png' }));
await call('media', () => client.media.get({ mediaId: image.id, phoneNumberId }));
await call('download', async () => bytes(await client.media.download({ mediaId: image.id })));
const pdf = await call('upload document', () => client.media.upload({ phoneNumberId, type: 'application/pdf', file: new Blob([file('ticket.pdf')], { type: 'application/pdf' }), fileName: 'ticket.pdf' }));
const sticker = await call('upload sticker', () => client.media.upload({ phoneNumberId, type: 'image/webp', file: new Blob([file('gull.webp')], { type: 'image/webp' }), fileName: 'gull.webp' }));
const voice = await call('upload voice', () => client.media.upload({ phoneNumberId, type: 'audio/ogg', file: new Blob([file('voice.ogg')], { type: 'audio/ogg' }), fileName: 'voice.ogg' }));

const text = await call('text', () => client.messages.sendText({ ...whom, body: 'Moin from kapso' }));
await call('text by user id', () => client.messages.sendText({ phoneNumberId, recipient: given.userId, body: 'By user id' }));
await call('image', () => client.messages.sendImage({ ...whom, image: { id: image.id, caption: 'Gate B12' } }));
await call('image by link', () => client.messages.sendImage({ ...whom, image: { link: `${given.links}/gate.png`, caption: 'Linked' } }));
await call('document', () => client.messages.sendDocument({ ...whom, document: { id: pdf.id, filename: 'ticket.pdf', caption: 'Your ticket' } }));
await call('video by link', () => client.messages.sendVideo({ ...whom, video: { link: `${given.links}/boarding.mp4` } }));
await call('audio', () => client.messages.sendAudio({ ...whom, audio: { id: voice.id } }));
await call('sticker', () => client.messages.sendSticker({ ...whom, sticker: { id: sticker.id } }));
await call('location', () => client.messages.sendLocation({ ...whom, location: { latitude: 54.18, longitude: 7.91, name: 'Helgoland', address: 'Lung Wai 1' } }));
await call('contacts', () => client.messages.sendContacts({ ...whom, contacts: [{ name: { formattedName: 'Ole Hansen', firstName: 'Ole' }, phones: [{ phone: '+49 40 1234', type: 'WORK' }] }] }));
await call('reaction', () => client.messages.sendReaction({ ...whom, reaction: { messageId: incoming, emoji: '👍' } }));
await call('read and typing', () => client.messages.markRead({ phoneNumberId, messageId: incoming, typingIndicator: { type: 'text' } }));
await call('buttons', () => client.messages.sendInteractiveButtons({ ...whom, header: { type: 'text', text: 'Seat' }, bodyText: 'Window or aisle?', footerText: 'Free of charge', buttons: [{ id: 'window', title: 'Window' }, { id: 'aisle', title: 'Aisle' }] }));
await call('list', () => client.messages.sendInteractiveList({ ...whom, bodyText: 'Which meal?', buttonText: 'Meals', sections: [{ title: 'Warm', rows: [{ id: 'fish', title: 'Fish', description: 'Plaice' }] }] }));
await call('link button', () => client.messages.sendInteractiveCtaUrl({ ...whom, bodyText: 'Your booking', parameters: { displayText: 'Open', url: 'https://moewe-air.example/8KX2' } }));
await call('location request', () => client.messages.sendInteractiveLocationRequest({ ...whom, bodyText: 'Where are you?', parameters: { requestMessage: 'Send' } }));
await call('template', () => client.messages.sendTemplate({ ...whom, template: { name: 'departure', language: { code: 'de' }, components: [
  { type: 'header', parameters: [{ type: 'text', text: 'MA 204' }] },
  { type: 'body', parameters: ['Ines', 'Helgoland', '14:05', 'B12'].map((value) => ({ type: 'text', text: value })) },
  { type: 'button', subType: 'url', index: '0', parameters: [{ type: 'text', text: '8KX2' }] },
] } }));
await call('reply', () => client.messages.sendText({ ...whom, body: 'An answer', contextMessageId: incoming }));
await call('too long', () => client.messages.sendText({ ...whom, body: 'x'.repeat(4097) }));

await call('templates', () => client.templates.list({ businessAccountId: wabaId, limit: 10 }));
const made = await call('create template', () => client.templates.create({ businessAccountId: wabaId, name: `kapso_gate_${given.suffix}`, language: 'en_US', category: 'UTILITY', components: [{ type: 'BODY', text: 'Your gate is {{1}} now.', example: { bodyText: [['B12']] } }] }));
await call('template by id', () => client.templates.get({ businessAccountId: wabaId, templateId: made.id }));
await call('delete template', () => client.templates.delete({ businessAccountId: wabaId, name: `kapso_gate_${given.suffix}` }));
await call('delete media', () => client.media.delete({ mediaId: image.id, phoneNumberId }));
await call('profile', () => client.phoneNumbers.businessProfile.get({ phoneNumberId }));
await call('change profile', () => client.phoneNumbers.businessProfile.update({ phoneNumberId, about: 'We fly to the islands.' }));
await call('settings', () => client.phoneNumbers.settings.get({ phoneNumberId }));
await call('not offered', () => client.calls.connect({ phoneNumberId, to, session: { sdpType: 'offer', sdp: 'v=0' } }));
void text;
finish();
