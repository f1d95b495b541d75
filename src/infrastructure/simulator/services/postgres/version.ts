/** The server that runs in the simulated images, whatever their tag says; only the data folder's layout follows the tag. */
export const SERVER_VERSION = '15.18 (Debian 15.18-0+deb12u1)';

export const VERSION_TEXT =
  'PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14+deb12u1) 12.2.0, 64-bit';
