/**
 * The thread that fetches: it answers at the desks of all remote files.
 *
 * Others are synchronous and cannot send it messages while they wait, so it looks at what is asked for itself: at once
 * when the bell rings while nothing is under way, every millisecond while something is, since the runtime's own loop
 * has to turn then. (Atomics.waitAsync would be made for this; in Deno 2.9.6 a notification by another worker does not
 * always end it.)
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import { Bell, BLOCK, Desk, NUM_BLOCKS } from "./desk.ts";
import { RangeClient, type RemoteInfo, type RemoteTarget } from "./range_client.ts";

/** The first message: the bell of all desks. */
export interface BellMessage {
  readonly kind: "bell";
  readonly buffer: SharedArrayBuffer;
}

/** Opens a file. The answer, or the error, is in block 0 as JSON; the file's first bytes are in block 1. */
export interface OpenMessage {
  readonly kind: "open";
  readonly target: RemoteTarget;
  readonly buffer: SharedArrayBuffer;
  /** bytes of the first request */
  readonly headBytes: number;
}

/** An error as it crosses threads. */
export type PlainFailure = Pick<NdpipeError, "code" | "message" | "notes" | "help">;

/** the part of a worker's global scope that is used here; the compiler is told of the main thread's only */
interface WorkerScope {
  onmessage: ((event: MessageEvent<BellMessage | OpenMessage>) => void) | null;
}

/** A file that is open. */
interface Service {
  readonly desk: Desk;
  readonly client: RangeClient;
  readonly canSeek: boolean;
  /** answers that are under way */
  numBusy: number;
}

/** a message may still be on its way when the bell has rung for it */
const ALERT_MS = 20;
/** how long the thread stands still where nothing is asked for; then messages get through */
const STILL_MS = 100;

const scope = globalThis as unknown as WorkerScope;
const services = new Set<Service>();
const opening = new Set<Desk>();
/** of the process: who waits at a desk stands still, and cannot hear it */
let interruptedBy: Deno.Signal | null = null;
let bell: Bell | null = null;

scope.onmessage = ({ data }) => {
  if (data.kind === "open") return void open(data, bell!);
  listenForSignals();
  bell = new Bell(data.buffer);
  void attend(bell);
};

function listenForSignals(): void {
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, () => interrupt(signal));
}

function interrupt(signal: Deno.Signal): void {
  interruptedBy = signal;
  for (const desk of [...opening, ...[...services].map(({ desk }) => desk)]) desk.interrupt(signal);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function attend(bell: Bell): Promise<never> {
  let alertUntil = performance.now() + ALERT_MS;
  for (;;) {
    const heard = bell.numRings;
    for (const service of services) serve(service);
    const isBusy = opening.size > 0 || [...services].some(({ numBusy }) => numBusy > 0);
    if (isBusy || performance.now() < alertUntil) {
      await sleep(1);
      continue;
    }
    if (bell.wait(heard, STILL_MS)) alertUntil = performance.now() + ALERT_MS;
    else await sleep(0);
  }
}

async function open({ target, buffer, headBytes }: OpenMessage, bell: Bell): Promise<void> {
  const desk = new Desk(bell, buffer);
  if (interruptedBy !== null) return desk.interrupt(interruptedBy);
  const client = new RangeClient(target);
  opening.add(desk);
  try {
    const opened = await client.open(desk.data(1).subarray(0, headBytes));
    if (interruptedBy !== null) return client.close();
    if (opened.headBytes > 0) desk.finish(1, BLOCK.ready, opened.headBytes);
    services.add({ desk, client, canSeek: opened.info.canSeek, numBusy: 0 });
    put(desk, 0, BLOCK.ready, opened.info);
  } catch (error) {
    client.close();
    fail(desk, 0, error);
  } finally {
    opening.delete(desk);
  }
}

/** Begins to answer what is asked for, in the order of the file. */
function serve(service: Service): void {
  const { desk, client, canSeek } = service;
  if (desk.isClosed) {
    client.close();
    services.delete(service);
    return;
  }
  const blocks = Array.from({ length: NUM_BLOCKS }, (_, block) => block)
    .filter((block) => desk.state(block) === BLOCK.asked)
    .sort((a, b) => desk.position(a) - desk.position(b));
  // what comes in one piece is read one block after the other
  if (interruptedBy !== null) return desk.interrupt(interruptedBy);
  for (const block of canSeek ? blocks : service.numBusy > 0 ? [] : blocks.slice(0, 1)) {
    desk.setState(block, BLOCK.taken);
    service.numBusy += 1;
    answer(service, block).finally(() => service.numBusy -= 1);
  }
}

async function answer({ desk, client, canSeek }: Service, block: number): Promise<void> {
  const view = desk.data(block).subarray(0, desk.length(block));
  try {
    if (canSeek) await client.readInto(view, desk.position(block));
    const numBytes = canSeek ? view.length : await client.readNext(view);
    // the block failed with the signal, and may have been asked for anew
    if (interruptedBy === null) desk.finish(block, BLOCK.ready, numBytes);
  } catch (error) {
    fail(desk, block, error);
  }
}

function fail(desk: Desk, block: number, error: unknown): void {
  if (interruptedBy !== null) return desk.interrupt(interruptedBy);
  const failure: PlainFailure = error instanceof NdpipeError
    ? { code: error.code, message: error.message, notes: error.notes, help: error.help }
    : { code: "BUG001", message: `fetching failed: ${String(error)}`, notes: [], help: null };
  put(desk, block, BLOCK.failed, failure);
}

function put(desk: Desk, block: number, state: number, value: PlainFailure | RemoteInfo): void {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  desk.data(block).set(bytes);
  desk.finish(block, state, bytes.length);
}
