import type { Reading } from "../../core/reading.js";
import { OutgoingTelegram } from "./outgoing-telegram.js";

/** One connection that gets every telegram. Calls on it may close it. */
export interface TelegramClient {
	/** It has not got all of the telegram before, or is closing and not done. */
	readonly isBehind: boolean;
	/** Begins to send the feed's telegram. */
	onTelegram(): void;
	/** Resets the connection. */
	drop(): void;
}

/** What has happened to the clients of one kind of stream, since start. */
export interface ClientCounters {
	/** Connected now. */
	readonly clients: number;
	readonly accepted: number;
	/** Turned away because as many as there may be were there. */
	readonly refused: number;
	/** Cut off because they did not keep up. */
	readonly dropped: number;
}

/** The places for clients of one kind of stream, and its counters. */
export class ClientPlaces implements ClientCounters {
	readonly #maxClients: number;
	clients = 0;
	accepted = 0;
	refused = 0;
	dropped = 0;

	/** @throws RangeError unless `maxClients` is a whole number above zero. */
	constructor(maxClients: number) {
		if (!Number.isInteger(maxClients) || maxClients <= 0) throw new RangeError("maxClients: a whole number above zero");
		this.#maxClients = maxClients;
	}

	/** Takes a place; false when there is none, which counts as a refusal. */
	take(): boolean {
		if (this.clients === this.#maxClients) {
			this.refused++;
			return false;
		}
		this.clients++;
		this.accepted++;
		return true;
	}

	/** Gives a place back. @param isDropped - The client did not keep up. */
	give(isDropped: boolean): void {
		this.clients--;
		if (isDropped) this.dropped++;
	}
}

/**
 * Gives each good telegram to every client: whole or not at all, each one once, nothing old. No client has a buffer: all
 * are sent from the reading's own bytes, which last until the telegram after the next begins. So a client that has not taken
 * one telegram when the next is accepted is dropped; what its connection's window holds is its slack.
 *
 * A new client gets nothing until the next telegram: what it gets is always news, so a meter that has fallen silent is seen
 * by every reader, and one that reconnects counts no telegram twice.
 */
export class TelegramFeed {
	readonly telegram = new OutgoingTelegram();
	readonly #latest: () => Reading | undefined;
	readonly #clients: TelegramClient[] = [];

	/** @param latest - The meter's reading now. */
	constructor(latest: () => Reading | undefined) {
		this.#latest = latest;
	}

	/** False when the rest of the telegram is lost, because it was overwritten before this was told of the next. */
	get isIntact(): boolean {
		return this.telegram.isIntact(this.#latest());
	}

	add(client: TelegramClient): void {
		this.#clients.push(client);
	}

	/** Idempotent. */
	remove(client: TelegramClient): void {
		const index = this.#clients.indexOf(client);
		if (index >= 0) this.#clients.splice(index, 1);
	}

	/** As a listener of the meter. */
	onReading(reading: Reading): void {
		const clients = this.#clients;
		for (let i = clients.length - 1; i >= 0; i--) if (clients[i]?.isBehind === true) clients[i]?.drop();
		this.telegram.set(reading);
		for (let i = clients.length - 1; i >= 0; i--) clients[i]?.onTelegram();
	}
}
