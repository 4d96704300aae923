/** Throws the format's error for compressed bytes that contradict themselves, with a sentence on how. @module */
export type Refuse = (detail: string) => never;
