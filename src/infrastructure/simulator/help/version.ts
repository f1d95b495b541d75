/** The Dokku release that the simulator behaves like. */
export const VERSION = '0.38.27';
