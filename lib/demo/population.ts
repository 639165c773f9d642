import { type AddressOwner, type AddressTable, toDotted } from "@/lib/demo/address-table";
import { openWeightedDraw, type Random } from "@/lib/demo/random";

/** An attacker's address and who announces it. */
export interface Attacker extends AddressOwner {
  address: string;
}

/** Networks that lead in production, so that the demo's first rows look familiar; then whoever is drawn. */
const LEADING_ASNS = [45102, 14061, 8075, 4134, 132203, 16509, 4837, 396982, 135377, 47890, 9009, 16276];

/** Production knows about 5,400 autonomous systems. */
const ASN_COUNT = 5_400;

/** Systems with fewer addresses than this rarely appear in logs. */
const MIN_ADDRESSES = 1_024;

/**
 * Draws attackers whose sessions spread over autonomous systems as in production: the first 14.6 %, the first ten 39 %,
 * the first 300 89 %. No address twice; none ends in .0 or .255.
 */
export function drawAttackers(table: AddressTable, count: number, random: Random): Attacker[] {
  const asns = drawAsns(table, random);
  const draw = openWeightedDraw(asns.map((_, index) => shareOfRank(index + 1)));
  const attackers = new Map<string, Attacker>();
  while (attackers.size < count) {
    const address = drawAddress(table, asns[draw(random)] ?? 0, random);
    if (!attackers.has(address)) attackers.set(address, { address, ...table.lookUp(address) });
  }
  return [...attackers.values()];
}

function drawAsns(table: AddressTable, random: Random): number[] {
  const sizeOf = (ranges: readonly number[]) =>
    ranges.reduce((sum, range) => {
      const { first, last } = table.rangeOf(range);
      return sum + last - first + 1;
    }, 0);
  const candidates = [...table.rangesByAsn].filter(([, ranges]) => sizeOf(ranges) >= MIN_ADDRESSES).map(([asn]) => asn);
  const drawn = new Set(LEADING_ASNS.filter((asn) => table.rangesByAsn.has(asn)));
  while (drawn.size < Math.min(ASN_COUNT, candidates.length)) drawn.add(random.pick(candidates));
  return [...drawn];
}

/** Share of sessions of the n-th largest system: three stretches, each a power law, whose sums are production's. */
function shareOfRank(rank: number): number {
  if (rank === 1) return 0.146;
  if (rank <= 10) return (0.244 * rank ** -0.8) / sumOfPowers(2, 10, -0.8);
  if (rank <= 300) return (0.5 * rank ** -1.1) / sumOfPowers(11, 300, -1.1);
  return (0.11 * rank ** -1.35) / sumOfPowers(301, ASN_COUNT, -1.35);
}

const sums = new Map<number, number>();

function sumOfPowers(from: number, to: number, exponent: number): number {
  const known = sums.get(from);
  if (known !== undefined) return known;
  let sum = 0;
  for (let rank = from; rank <= to; rank++) sum += rank ** exponent;
  sums.set(from, sum);
  return sum;
}

function drawAddress(table: AddressTable, asn: number, random: Random): string {
  const ranges = table.rangesByAsn.get(asn) ?? [];
  for (;;) {
    const { first, last } = table.rangeOf(random.pick(ranges));
    const number = first + random.below(last - first + 1);
    if ((number & 255) !== 0 && (number & 255) !== 255) return toDotted(number);
  }
}

/**
 * Which attacker made each of `sessions` sessions: everybody at least one, the rest by Zipf's law, in random order.
 * In real logs half of the addresses have one session and the top percent makes 40 % of them.
 */
export function assignSessions(sessions: number, attackers: number, random: Random): Uint32Array {
  const draw = openWeightedDraw(Array.from({ length: attackers }, (_, index) => (index + 1) ** -1.05));
  const assigned = Uint32Array.from({ length: sessions }, (_, index) => (index < attackers ? index : draw(random)));
  for (let index = sessions - 1; index > 0; index--) {
    const other = random.below(index + 1);
    [assigned[index], assigned[other]] = [assigned[other] ?? 0, assigned[index] ?? 0];
  }
  return assigned;
}

/** Addresses behind `sessions` sessions: 5,505 in 50,204 real ones, 38,864 in production's 1,682,827; few for few. */
export function countAttackers(sessions: number): number {
  return Math.max(1, Math.round(Math.min(sessions * 0.2, 5_505 * (sessions / 50_204) ** 0.556)));
}
