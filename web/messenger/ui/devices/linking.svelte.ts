// How linking stands, as the owner of the keys says it: in whichever tab that is.
import type { Notice } from '../../client/broadcast.ts';
import type { LinkAsk, LinkState } from '../../client/devices/link.ts';
import type { Tab } from '../../client/tab.ts';

export class LinkingView {
  state = $state.raw<LinkState | null>(null);
  #wanted: LinkAsk | null = null;

  constructor(private readonly tab: Tab, side: LinkState['side']) {
    $effect(() => {
      const hear = ({ data }: MessageEvent<Notice>) => {
        if (data.what === 'linking' && data.state.side === side) this.state = data.state;
        // The owner of the keys may have begun to listen only now.
        else if (data.what === 'state' && !this.state && this.#wanted) this.ask(this.#wanted);
      };
      tab.channel.addEventListener('message', hear);
      return () => {
        tab.channel.removeEventListener('message', hear);
        const { step } = this.state ?? { step: 'ended' };
        // Who goes away while the messages come over lets them come.
        if (step !== 'history' && step !== 'done' && step !== 'ended') this.ask({ ask: 'cancel' });
      };
    });
  }

  begin(ask: LinkAsk): void {
    this.#wanted = ask;
    this.state = null;
    this.ask(ask);
  }

  ask(ask: LinkAsk): void {
    this.tab.channel.postMessage({ what: 'link', ask } satisfies Notice);
  }
}
