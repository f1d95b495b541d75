/** What stands in the place of a secret. */
export const MASK = '********';

/** Shorter values are masked only beside their key: anywhere else they would blank out ordinary words. */
export const SHORTEST = 6;
