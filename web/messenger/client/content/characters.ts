// The length of a text as the Cloud API counts it: Unicode code points.
export const characters = (text: string): number => [...text].length;
