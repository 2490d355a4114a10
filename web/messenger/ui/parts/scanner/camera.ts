// The camera while a code is looked for: opened, its light, closed; why there is none in one word.
export type CameraProblem = 'denied' | 'none' | 'busy';

export class CameraError extends Error {
  readonly problem: CameraProblem;

  constructor(problem: CameraProblem) {
    super(problem);
    this.problem = problem;
  }
}

const PROBLEMS: Record<string, CameraProblem> = {
  NotAllowedError: 'denied', SecurityError: 'denied', NotReadableError: 'busy', AbortError: 'busy',
};

/** Asks for the camera that looks away from the person, or any; throws CameraError. */
export async function openCamera(): Promise<MediaStream> {
  // Without https there is no such door.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia) throw new CameraError('none');
  try {
    return await devices.getUserMedia({ video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false });
  } catch (error) {
    throw new CameraError(PROBLEMS[(error as DOMException).name] ?? 'none');
  }
}

export function closeCamera(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

type TorchCapabilities = MediaTrackCapabilities & { torch?: boolean };

export function hasLight(stream: MediaStream): boolean {
  return (stream.getVideoTracks()[0]?.getCapabilities?.() as TorchCapabilities | undefined)?.torch === true;
}

/** Returns whether the light is on now. */
export async function setLight(stream: MediaStream, on: boolean): Promise<boolean> {
  const light = { torch: on } as MediaTrackConstraintSet;
  return stream.getVideoTracks()[0]!.applyConstraints({ advanced: [light] }).then(() => on, () => false);
}
