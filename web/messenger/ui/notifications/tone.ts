// A short tone for a message that comes while the app is open; made here, so no file is loaded.
const NOTES = [660, 880];
const LENGTH = 0.14;
let context: AudioContext | null = null;

export function playTone(): void {
  try {
    context ??= new AudioContext();
    const { currentTime, destination } = context;
    NOTES.forEach((frequency, index) => {
      const oscillator = new OscillatorNode(context!, { frequency });
      const gain = new GainNode(context!, { gain: 0 });
      const start = currentTime + index * LENGTH;
      gain.gain.setValueAtTime(0.0001, start);
      gain.gain.exponentialRampToValueAtTime(0.08, start + 0.015);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH * 1.6);
      oscillator.connect(gain).connect(destination);
      oscillator.start(start);
      oscillator.stop(start + LENGTH * 1.7);
    });
  } catch {
    // A device without sound, or a page nobody touched yet.
  }
}
