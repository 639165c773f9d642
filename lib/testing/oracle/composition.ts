import type { Dice } from "@/lib/testing/oracle/dice";
import { composeDraft, type Draft, type Facts } from "@/lib/testing/oracle/document-forms";
import { addOddities } from "@/lib/testing/oracle/document-oddities";
import type { Moment } from "@/lib/testing/oracle/moment";
import { RawJson, writeJson } from "@/lib/testing/oracle/raw-json";
import { ADDRESS_SPELLINGS } from "@/lib/testing/oracle/spellings";

/** Composes the text of one document, null for SQL NULL. `oddness` is the mean number of odd things in it. */
export function composeDocument(facts: Facts, dice: Dice, oddness: number): string | null {
  const draft = composeDraft(facts, dice);
  let oddities = 0;
  while (oddities < 12 && dice.chance((100 * oddness) / (1 + oddness))) oddities++;
  if (draft.text === undefined || oddities > 2) {
    delete draft.text;
    addOddities(draft, dice, oddities);
  }
  return encode(draft, dice);
}

function encode(draft: Draft, dice: Dice): string | null {
  if (draft.text === null) return null;
  let text = draft.text ?? writeJson(draft.root);
  // The last of two equal keys counts.
  if (dice.chance(2) && text.startsWith("{") && text !== "{}") text = `{"cymru": {"asn": 64498}, ${text.slice(1)}`;
  if (dice.chance(2)) text = text.replace('"dshield"', '"\\u0064shield"');
  if (dice.chance(2)) text = `\n\t ${text.replace(/, (?="[a-z_]+": )/g, " ,\r\n  ")} `;
  if (dice.chance(5)) text = JSON.stringify(dice.chance(20) ? ` \n${text}\t` : text);
  if (dice.chance(0.3)) text = JSON.stringify(text.slice(0, -1));
  if (dice.chance(0.3)) text = JSON.stringify(`\f${text}\v`);
  return text;
}

/** Composes the payloads of a session's raw events, most of which name its address. */
export function composePayloads(facts: Facts, dice: Dice, count: number): { payload: string; time: Moment | null }[] {
  const start = 1_700_000_000_000_000n;
  return Array.from({ length: count }, () => ({
    payload: composePayload(facts, dice),
    // Few different times, so that the id decides often.
    time: dice.chance(15) ? null : start + BigInt(dice.roll(3)),
  }));
}

function composePayload(facts: Facts, dice: Dice): string {
  const { address, otherAddress } = facts;
  if (dice.chance(3)) return dice.pick(["[]", "null", '"text"', "{}", `"{\\"src_ip\\": \\"${address}\\"}"`]);
  const payload: { [key: string]: unknown } = { eventid: "cowrie.session.connect", duration: dice.pick([1.5, "1.5"]) };
  if (dice.chance(85)) payload.src_ip = dice.chance(15) ? dice.pick(ADDRESS_SPELLINGS(address)) : address;
  if (dice.chance(15)) payload.src_ip = otherAddress;
  if (dice.chance(20)) payload.peer_ip = dice.chance(30) ? dice.pick(ADDRESS_SPELLINGS(otherAddress)) : otherAddress;
  if (dice.chance(4)) payload.input = new RawJson(dice.pick(['"\\u0000"', '"\\ud800"', "1e999999"]));
  return writeJson(payload);
}
