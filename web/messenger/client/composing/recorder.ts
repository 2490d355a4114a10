// Records what is spoken: asks for the microphone, tells how loud it is at each moment, and gives back the sound with the shape of its loudness.
import { FILE_LIMITS } from '../files/types.ts';
import { WAVEFORM_NUMBERS } from '../files/preview.ts';
import { shapeOf, loudness } from './waveform.ts';

export type MicrophoneProblem = 'denied' | 'none' | 'busy' | 'unsupported';

export class MicrophoneError extends Error {
  constructor(readonly problem: MicrophoneProblem) {
    super(problem);
  }
}

export interface Recording {
  sound: Blob;
  seconds: number;
  waveform: number[];
}

const PROBLEMS: Record<string, MicrophoneProblem> = { NotAllowedError: 'denied', SecurityError: 'denied', NotReadableError: 'busy', AbortError: 'busy' };
// What needs the least work to become Ogg with Opus comes first.
const TYPES = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4;codecs=opus', 'audio/mp4', 'audio/webm'];
const BITS_PER_SECOND = 32_000;
const EVERY = 50;
/** Room for what the container adds when it is packed anew. */
const MOST = FILE_LIMITS.audio.most - 256 * 1024;

export class Recorder {
  #stream: MediaStream | null = null;
  #recorder: MediaRecorder | null = null;
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #parts: Blob[] = [];
  #levels: number[] = [];
  #began = 0;
  #cancelled = false;

  /** `heard`: every moment, how long it lasts and how loud it is (0 to 100); `full`: it must end, at its limit. */
  constructor(private readonly heard: (seconds: number, level: number) => void, private readonly full: (limit: number) => void) {}

  /** Throws MicrophoneError. */
  async start(): Promise<void> {
    // Without https there is no such door.
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (!devices?.getUserMedia || typeof MediaRecorder === 'undefined') throw new MicrophoneError('unsupported');
    try {
      this.#stream = await devices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 } });
    } catch (error) {
      throw new MicrophoneError(PROBLEMS[(error as DOMException).name] ?? 'none');
    }
    if (this.#cancelled) return this.#close();
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(this.#stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: BITS_PER_SECOND });
    recorder.addEventListener('dataavailable', ({ data }) => this.#take(data));
    this.#recorder = recorder;
    this.#listen(this.#stream);
    recorder.start(1000);
    this.#began = performance.now();
  }

  #take(data: Blob): void {
    this.#parts.push(data);
    if (this.#parts.reduce((sum, one) => sum + one.size, 0) > MOST && this.#recorder?.state === 'recording') this.full(FILE_LIMITS.audio.most);
  }

  #listen(stream: MediaStream): void {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    context.createMediaStreamSource(stream).connect(analyser);
    this.#context = context;
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const level = loudness(samples);
      this.#levels.push(level);
      this.heard(this.#seconds, level);
    }, EVERY);
  }

  get #seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  /** Ends it; null if nothing was recorded. */
  async stop(): Promise<Recording | null> {
    const recorder = this.#recorder;
    if (!recorder || this.#cancelled) return null;
    const seconds = this.#seconds;
    if (recorder.state !== 'inactive') {
      const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
      recorder.stop();
      await stopped;
    }
    this.#close();
    const sound = new Blob(this.#parts, { type: recorder.mimeType });
    return sound.size ? { sound, seconds, waveform: shapeOf(this.#levels, WAVEFORM_NUMBERS) } : null;
  }

  /** Lets go of the microphone and forgets what was said. */
  cancel(): void {
    this.#cancelled = true;
    if (this.#recorder?.state === 'recording') this.#recorder.stop();
    this.#parts = [];
    this.#close();
  }

  #close(): void {
    clearInterval(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    void this.#context?.close().catch(() => {});
    this.#context = null;
  }
}
