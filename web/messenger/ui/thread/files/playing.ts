// One sound or film plays at a time.
let current: HTMLMediaElement | null = null;

export function playAlone(player: HTMLMediaElement): void {
  if (current && current !== player) current.pause();
  current = player;
}
