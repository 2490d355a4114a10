// Telling the operator about a company: without content, or with one message and what proves it (spec/consent.md section 5).
import type { Report, ReportAnswer } from '../../../shared/wire/types.ts';
import type { Owner } from '../owner.ts';

export type Reason = Report['reason'];

/** Returns what the attached message counts for. */
export async function sendReport({ database, http }: Owner, business: string, reason: Reason, id: string | null): Promise<ReportAnswer['proof']> {
  const message = id === null ? undefined : await database.get('messages', id);
  const attached = message?.company === business && message.franking ? { ...message.franking, body: message.body } : null;
  const { proof } = await http.report({ business, reason, ...(attached ? { message: attached } : {}) });
  return proof;
}
