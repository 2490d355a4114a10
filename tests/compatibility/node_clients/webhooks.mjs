// What the receiving halves of two clients make of webhooks: lines of {body, headers} on standard input, one line of JSON for each.
import { createInterface } from 'node:readline';
import Client from '@great-detail/whatsapp';
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { given } from './calls.mjs';

const greatDetail = new Client();
for await (const line of createInterface({ input: process.stdin })) {
  const { body, headers } = JSON.parse(line);
  const rawBody = Buffer.from(body, 'base64');
  const event = await greatDetail.webhook.eventNotification({ method: 'POST', query: {}, body: rawBody.toString(), headers });
  console.log(JSON.stringify({
    kapso: verifySignature({ appSecret: given.appSecret, rawBody, signatureHeader: headers['x-hub-signature-256'] }),
    greatDetail: [await event.signature.sha256.check(given.appSecret), await event.signature.sha1.check(given.appSecret)],
    normalized: normalizeWebhook(JSON.parse(rawBody.toString())),
  }));
}
