import type { EndRefusal, Judged, SessionEnd } from "@/lib/migration/run/end-blocker-judgement";
import { RefusalError } from "@/lib/refusal";

/** The refusal in words: what was left alone and why, and what to do instead. Pure. */
export function refuseEnd(
  judged: { refusal: EndRefusal | null } & Partial<Judged>,
  { runId, pid, how }: { runId: number; pid: number; how?: SessionEnd },
): RefusalError {
  const [message, remedy] = toWords(judged, runId, pid, how);
  return new RefusalError("not-eligible", message, remedy);
}

function toWords(
  { refusal, user = null, backendType = null, isWaiting = false }: { refusal: EndRefusal | null } & Partial<Judged>,
  runId: number,
  pid: number,
  how: SessionEnd | undefined,
): [message: string, remedy: string] {
  const whose = user === null ? "another role" : user;
  switch (refusal) {
    case "run-over":
      return [
        `Run ${runId} is not at work: nothing is in its way, and nothing was ended.`,
        "Look at the run: it has ended or paused meanwhile.",
      ];
    case "gone":
      return [`pid ${pid} is gone: its session ended by itself.`, "Nothing: the run goes on with its next try."];
    case "another":
      return [
        `pid ${pid} is another session by now than the one you saw. It was left alone.`,
        "See who is in the way now, and decide again.",
      ];
    case "not-blocking":
      return isWaiting
        ? [
            `pid ${pid} was in the way in none of the run's tries of the last seconds. It was left alone.`,
            "See who is in the way now: a session is ended only while the run waits for it.",
          ]
        : [`pid ${pid} is not in the way of run ${runId} any more. It was left alone.`, "Nothing: the run goes on."];
    case "idle":
      return [
        `pid ${pid} runs no statement just now: there is nothing to cancel.`,
        "Terminate the session, or leave it: it holds its locks until its transaction ends.",
      ];
    case "ours":
      return [
        `pid ${pid} belongs to Tidemark itself and is not ended from here.`,
        "Pause or cancel the run instead; it ends its own sessions.",
      ];
    case "wraparound":
      return [
        `pid ${pid} is an autovacuum that prevents transaction ID wraparound. It is not ended from here.`,
        "Let it finish, and run again after it: what the run has done stays done.",
      ];
    case "background":
      return [
        `pid ${pid} is a process of the server itself (${backendType ?? "unknown"}). It is not ended from here.`,
        "The run tries again by itself; or cancel it, and run again later.",
      ];
    case "superuser":
      return [
        `pid ${pid} belongs to the superuser ${whose}, whose sessions this role may not end.`,
        `Ask a superuser: select pg_terminate_backend(${pid}).`,
      ];
    case "rights":
      return [
        `This role may not end sessions of ${whose}.`,
        `Ask ${whose} or a superuser: select pg_terminate_backend(${pid}). For good: grant pg_signal_backend, and pg_read_all_stats, to this role.`,
      ];
    case "unseen":
      return [
        `This role may not see since when pid ${pid} is connected, so a later session under that pid could be hit.`,
        "Grant pg_read_all_stats to this role, or end the session where it runs.",
      ];
    case "still-there":
      return how === "cancel"
        ? [`pid ${pid} was told to give up its statement, and has not yet.`, "Wait a moment; or terminate the session."]
        : [
            `pid ${pid} was told to end, and has not yet: it does so at its next interruptible moment.`,
            "Wait: the run goes on as soon as it is gone.",
          ];
    case null:
      throw new Error(`Nothing speaks against ending pid ${pid}`);
    default:
      return refusal satisfies never;
  }
}
