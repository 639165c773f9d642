/**
 * The canonical form of an address, or null: what `host(inet)` prints for four decimal numbers without leading
 * zeros, or for an IPv6 address of RFC 4291 section 2.2. `text` is trimmed already.
 */
export function canonicalAddress(text: string): string | null {
  if (readIPv4(text) !== null) return text;
  const groups = readIPv6(text);
  return groups === null ? null : printIPv6(groups);
}

function readIPv4(text: string): number[] | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  if (!parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)) return null;
  return parts.map(Number);
}

function readIPv6(text: string): number[] | null {
  const sides = text.split("::");
  const [left = "", right] = sides;
  if (sides.length > 2) return null;
  const head = readGroups(left, right === undefined);
  if (head === null) return null;
  if (right === undefined) return head.length === 8 ? head : null;
  const tail = readGroups(right, true);
  if (tail === null) return null;
  const zeros = 8 - head.length - tail.length;
  // "::" stands for one or more groups of zeros.
  return zeros < 1 ? null : [...head, ...Array<number>(zeros).fill(0), ...tail];
}

function readGroups(text: string, mayEndInIPv4: boolean): number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    const quad = mayEndInIPv4 && index === parts.length - 1 ? readIPv4(part) : null;
    if (quad !== null) {
      const [a = 0, b = 0, c = 0, d = 0] = quad;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

function printIPv6(groups: number[]): string {
  const zeros = longestZeroRun(groups);
  const endsInIPv4 = zeros.start === 0 && (zeros.length === 6 || (zeros.length === 5 && groups[5] === 0xffff));
  const printed = groups.map((group) => group.toString(16));
  if (endsInIPv4) {
    const [high = 0, low = 0] = groups.slice(6);
    printed.splice(6, 2, `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`);
  }
  if (zeros.length < 2) return printed.join(":");
  return `${printed.slice(0, zeros.start).join(":")}::${printed.slice(zeros.start + zeros.length).join(":")}`;
}

function longestZeroRun(groups: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
