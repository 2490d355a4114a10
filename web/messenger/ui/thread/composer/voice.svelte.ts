// A voice message from the first word to sending: recording, stopped to be heard once more, packed, sent.
import { MicrophoneError, Recorder, type MicrophoneProblem, type Recording } from '../../../client/composing/recorder.ts';
import { FileRefused, sendFile } from '../../../client/files/send_file.ts';
import type { Tab } from '../../../client/tab.ts';

/** How many of the last moments are shown while recording. */
const MOMENTS = 40;
/** Shorter is a slip of the finger. */
const SHORTEST = 0.6;

export type VoiceState = 'starting' | 'recording' | 'stopped' | 'packing' | 'problem';

export class Voice {
  state = $state<VoiceState>('starting');
  seconds = $state(0);
  levels = $state.raw<number[]>([]);
  problem = $state<MicrophoneProblem | 'failed' | null>(null);
  /** In bytes, when it was stopped there. */
  full = $state(0);
  /** Why it could not be packed or written: it is kept here, to be sent again. */
  notStored = $state<'full' | 'failed' | null>(null);
  recording = $state.raw<Recording | null>(null);
  #recorder = this.#make();

  #make(): Recorder {
    return new Recorder((seconds, level) => {
      this.seconds = seconds;
      this.levels = [...this.levels, level].slice(-MOMENTS);
    }, (limit) => {
      this.full = limit;
      void this.stop();
    });
  }

  async start(): Promise<void> {
    [this.state, this.problem, this.seconds, this.levels, this.full] = ['starting', null, 0, [], 0];
    this.#recorder = this.#make();
    try {
      await this.#recorder.start();
      if (this.state === 'starting') this.state = 'recording';
    } catch (error) {
      this.#fail(error instanceof MicrophoneError ? error.problem : 'failed');
    }
  }

  #fail(problem: MicrophoneProblem | 'failed'): void {
    this.problem = problem;
    this.state = 'problem';
  }

  async stop(next: 'stopped' | 'packing' = 'stopped'): Promise<void> {
    if (this.state !== 'recording') return;
    this.state = next;
    this.recording = await this.#recorder.stop();
    if (!this.recording) this.#fail('failed');
  }

  cancel(): void {
    this.#recorder.cancel();
  }

  /** Returns whether it is on its way; one that is too short to mean anything is not. */
  async send(tab: Tab, company: string, quoteId: string | undefined): Promise<boolean> {
    await this.stop('packing');
    const { recording } = this;
    if (!recording || recording.seconds < SHORTEST) return false;
    [this.state, this.notStored] = ['packing', null];
    try {
      const { toOgg } = await import('../../../client/composing/to_ogg.ts');
      const file = await toOgg(recording.sound);
      await sendFile(tab, company, { kind: 'audio', file, voice: true, seconds: recording.seconds, waveform: recording.waveform }, quoteId);
      return true;
    } catch (error) {
      [this.state, this.notStored] = ['stopped', error instanceof FileRefused && error.problem === 'full' ? 'full' : 'failed'];
      return false;
    }
  }
}
