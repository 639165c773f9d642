/** Ranges of IPv4 addresses in ascending order, each with what is known of it, as lines of `first,last,value`. */
export interface RangeFile {
  /** Both ends, as 32-bit numbers. */
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  /** What is known of the range at `index`: the rest of its line. */
  valueAt(index: number): string;
  /** The number that it begins with. */
  numberAt(index: number): number;
  /** Index of the last range that starts at or before `address`, if it reaches that far; else -1. Ranges may overlap. */
  find(address: number): number;
}

const [NEWLINE, ZERO] = [0x0a, 0x30];

/** Of `0,0,A` and its end, in bytes. */
const SHORTEST_LINE = 6;

/** Reads a file of hundreds of thousands of ranges; values become texts when they are asked for, which few are. */
export function parseRanges(file: Buffer): RangeFile {
  const most = Math.ceil(file.length / SHORTEST_LINE);
  const [first, last, from] = [new Uint32Array(most), new Uint32Array(most), new Uint32Array(most)];
  let count = 0;
  let at = 0;

  /** The digits at `at`, which moves behind whatever ends them. */
  function readNumber(): number {
    let number = 0;
    while (at < file.length) {
      const digit = (file[at++] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    return number;
  }

  for (; at < file.length; count += 1) {
    first[count] = readNumber();
    last[count] = readNumber();
    from[count] = at;
    const end = file.indexOf(NEWLINE, at);
    at = end < 0 ? file.length : end + 1;
  }

  return {
    first: first.subarray(0, count),
    last: last.subarray(0, count),
    valueAt(index) {
      const end = file.indexOf(NEWLINE, from[index]);
      return file.toString("utf8", from[index], end < 0 ? file.length : end).trimEnd();
    },
    numberAt(index) {
      at = from[index] ?? 0;
      return readNumber();
    },
    find(address) {
      let [low, high] = [0, count];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((first[middle] ?? 0) <= address) low = middle + 1;
        else high = middle;
      }
      return low > 0 && (last[low - 1] ?? 0) >= address ? low - 1 : -1;
    },
  };
}
