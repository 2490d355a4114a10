// Everything that a thread loads beside its texts, as one part.
export { default as ContactCards } from './ContactCards.svelte';
export { default as Extras } from './Extras.svelte';
export { default as Front } from './Front.svelte';
export { default as LocationCard } from './LocationCard.svelte';
export { default as SelectionBar } from './SelectionBar.svelte';
