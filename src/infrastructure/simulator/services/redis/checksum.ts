/** CRC-64 as redis computes it (Jones): polynomial 0xad93d23594c935a9, reflected, no final change. */
const POLYNOMIAL = 0x95ac9329ac4bc9b5n;

const table: readonly bigint[] = Array.from({ length: 256 }, (_, index) => {
  let value = BigInt(index);
  for (let bit = 0; bit < 8; bit++) value = (value & 1n) === 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
  return value;
});

/** The eight bytes at the end of a dump. */
export function checksum(bytes: Buffer): Buffer {
  let sum = 0n;
  for (const byte of bytes) sum = (sum >> 8n) ^ (table[Number((sum ^ BigInt(byte)) & 0xffn)] ?? 0n);
  const end = Buffer.alloc(8);
  end.writeBigUInt64LE(sum);
  return end;
}
