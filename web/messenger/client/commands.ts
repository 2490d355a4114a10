// What each stored command does, and which of them have to stay in order: those of one lane.
import type { Owner } from './owner.ts';
import { leave } from './chats/leaving.ts';
import { eraseAccount } from './data/erasing.ts';
import { block, introduce, join, makeAccount, setPurposes } from './joining.ts';
import { lookAtDevices, nameDevice, removeDevice } from './devices/own_devices.ts';
import { RelayUnreachable } from '../../shared/wire/relay_http.ts';
import { comeBack } from './recovery/coming_back.ts';
import { endRecovery, makeRecovery } from './recovery/making.ts';
import { askAboutNumber, shareNumber } from './numbers/proved_number.ts';
import { tellRelay, testPush } from './push/telling.ts';
import type { StoredCommand } from './store.ts';
import { acceptIdentity, lookIdentity } from './trust/identity.ts';
import { sendReport } from './trust/reports.ts';
import { NotYet } from './troubles.ts';

/** Returns what the tab that waits for it is told. */
export async function carryOut(owner: Owner, command: StoredCommand): Promise<unknown> {
  if (command.kind === 'join') {
    if (!owner.me) await owner.openAccount(await makeAccount(owner, command));
    return join(owner, command);
  }
  if (command.kind === 'come_back') return comeBack(owner, command);
  if (!owner.machine) throw new RelayUnreachable('no account is open');
  switch (command.kind) {
    case 'send':
      if (!(await owner.uploads.isDone(command.message))) throw new NotYet();
      return owner.outbox.sealMessage(command.message);
    case 'played':
      return owner.outbox.seal({ company: command.company, kind: 'receipt', body: { played: command.messages, at: Math.floor(owner.now() / 1000) } });
    case 'change':
      return owner.outbox.sealChange(command.change);
    case 'read':
      return owner.outbox.seal({ company: command.company, kind: 'receipt', body: { read: command.messages, at: Math.floor(owner.now() / 1000) } });
    case 'resend':
      if (command.stranger) await owner.machine.refresh(command.company);
      return owner.outbox.seal({ company: command.company, kind: 'receipt', body: { resend: command.asked, ...(command.again ? { again: true } : {}) } });
    case 'purposes':
      return setPurposes(owner, command.company, command.purposes, command.language);
    case 'block':
      return block(owner, command.company, command.blocked);
    case 'make_recovery':
      return makeRecovery(owner, command);
    case 'end_recovery':
      return endRecovery(owner);
    case 'back_up':
      // Whoever asked sees how it goes; nothing else waits for it.
      void owner.keeper.rhythm.now().catch(() => {});
      return;
    case 'push':
      return tellRelay(owner);
    case 'push_test':
      return testPush(owner);
    case 'introduce':
      return introduce(owner, command.company);
    case 'number':
      return askAboutNumber(owner, command.question);
    case 'share_number':
      return shareNumber(owner, command.company, command.share);
    case 'look_devices':
      await lookAtDevices(owner);
      return owner.http.ownDevices();
    case 'name_device':
      return nameDevice(owner, command.device, command.name);
    case 'remove_device':
      return removeDevice(owner, command.device);
    case 'sync':
      return owner.outbox.tellOwn(command.body);
    case 'look_identity':
      return lookIdentity(owner, command.company);
    case 'accept_identity':
      return acceptIdentity(owner, command.company, command.masterKey, command.compared);
    case 'report':
      return sendReport(owner, command.company, command.reason, command.message);
    case 'leave':
      return leave(owner, command.company);
    case 'erase_account':
      return eraseAccount(owner);
  }
}

/** Messages of one chat stay in order, and so do decisions about one company; the rest must not wait for them. */
export function laneOf(command: StoredCommand): string {
  switch (command.kind) {
    case 'join':
      return 'join';
    case 'send':
    case 'change':
    case 'introduce':
    case 'share_number':
      return `out:${command.company}`;
    case 'erase_account':
      return 'erase';
    case 'look_identity':
      return 'look';
    case 'number':
      return 'number';
    case 'look_devices':
    case 'name_device':
    case 'remove_device':
    case 'sync':
      return 'devices';
    case 'make_recovery':
    case 'end_recovery':
    case 'back_up':
    case 'come_back':
      return 'recovery';
    case 'push':
      return 'push';
    case 'push_test':
      return 'push_test';
    // No file on its way holds these up.
    case 'read':
    case 'played':
    case 'resend':
      return `receipts:${command.company}`;
    case 'accept_identity':
    case 'report':
    case 'purposes':
    case 'block':
    case 'leave':
      return `consent:${command.company}`;
  }
}
