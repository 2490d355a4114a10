// @great-detail/whatsapp, unmodified: every call its users make.
import Client from '@great-detail/whatsapp';
import { call, file, finish, given } from './calls.mjs';

const { phoneNumberId: phoneNumberID, wabaId: businessAccountID, to, incoming } = given;
const client = new Client({ ...(given.baseUrl && { baseUrl: given.baseUrl }), request: { headers: { Authorization: `Bearer ${given.token}` } } });
const send = (message) => client.message.createMessage({ phoneNumberID, to, ...message }).json();

const image = await call('upload', () => client.media.upload({ phoneNumberID, mimeType: 'image/png', file: new Blob([file('gate.png')], { type: 'image/png' }), filename: 'gate.png' }).json());
const found = await call('media', () => client.media.getURL({ mediaID: image.id, phoneNumberID }).json());
await call('download', async () => Buffer.from(await client.media.download({ mediaURL: found.url }).arrayBuffer()).toString('base64'));
await call('text', () => send({ type: 'text', text: { body: 'Moin from great-detail' } }));
await call('image', () => send({ type: 'image', image: { id: image.id, caption: 'Gate B12' } }));
await call('document by link', () => send({ type: 'document', document: { link: `${given.links}/ticket.pdf`, filename: 'ticket.pdf' } }));
await call('location', () => send({ type: 'location', location: { latitude: '54.18', longitude: '7.91', name: 'Helgoland', address: 'Lung Wai 1' } }));
await call('contacts', () => send({ type: 'contacts', contacts: [{ name: { formatted_name: 'Ole Hansen', first_name: 'Ole' }, emails: [{ email: 'ole@moewe-air.example', type: 'WORK' }] }] }));
await call('reaction', () => send({ type: 'reaction', reaction: { message_id: incoming, emoji: '🛫' } }));
await call('buttons', () => send({ type: 'interactive', interactive: { type: 'button', body: { text: 'Window or aisle?' }, action: { buttons: [{ type: 'reply', reply: { id: 'window', title: 'Window' } }] } } }));
await call('list', () => send({ type: 'interactive', interactive: { type: 'list', body: { text: 'Which meal?' }, action: { button: 'Meals', sections: [{ title: 'Warm', rows: [{ id: 'fish', title: 'Fish' }] }, { title: 'Cold', rows: [{ id: 'salad', title: 'Salad' }] }] } } }));
await call('link button', () => send({ type: 'interactive', interactive: { type: 'cta_url', body: { text: 'Your booking' }, action: { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://moewe-air.example/8KX2' } } } }));
await call('template', () => send({ type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } }));
await call('read and typing', () => client.message.createStatus({ phoneNumberID, message_id: incoming, status: 'read', typing_indicator: { type: 'text' } }).json());
await call('delete media', () => client.media.delete({ mediaID: image.id, phoneNumberID }).json());
await call('profile', () => client.businessProfile.getBusinessProfile({ phoneNumberID, fields: ['about', 'vertical', 'websites'] }).json());
await call('change profile', () => client.businessProfile.updateBusinessProfile({ phoneNumberID, description: 'Flights to the islands', websites: ['https://moewe-air.example'] }).json());
await call('number', () => client.phoneNumbers.getPhoneNumber({ phoneNumberID, fields: ['display_phone_number', 'verified_name', 'throughput'] }).json());
await call('numbers', () => client.phoneNumbers.listPhoneNumbers({ businessAccountID }).json());
await call('ice breakers', () => client.conversationalAutomation.setConversationalAutomation({ phoneNumberID, enable_welcome_message: false, prompts: ['Where is my gate?'], commands: [{ command_name: 'gate', command_description: 'Tells your gate' }] }).json());
await call('subscribe', () => client.subscribedApps.createSubscription({ businessAccountID }).json());
await call('subscribed', () => client.subscribedApps.listSubscriptions({ businessAccountID }).json());
await call('account', () => client.whatsappBusinessAccount.get(businessAccountID, { fields: ['id', 'name', 'currency'] }).json());
await call('templates', () => client.template.list(businessAccountID, { status: ['APPROVED'], limit: 5 }).json());
await call('library', () => client.template.listLibrary({ language: 'de', limit: 5 }).json());
const made = await call('create template', () => client.template.create(businessAccountID, { name: `great_gate_${given.suffix}`, language: 'en_US', category: 'UTILITY', components: [{ type: 'BODY', text: 'Your gate is {{1}} now.', example: { body_text: [['B12']] } }] }).json());
await call('template by id', () => client.template.get(made.id, { fields: ['name', 'status'] }).json());
await call('delete template', () => client.template.delete(businessAccountID, { name: `great_gate_${given.suffix}` }).json());
finish();
