import { readFileSync } from "node:fs";

/** CRC-16/ARC bit by bit: independent of the table in src/core (P1 Companion Standard 5.0.2 §5.2). */
function crc16(text: string): number {
	let crc = 0;
	for (let i = 0; i < text.length; i++) {
		crc ^= text.charCodeAt(i);
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
	}
	return crc;
}

/** A telegram with the right CRC around rows such as `1-0:1.7.0(0000.123*kW)`. */
export function telegramOf(rows: readonly string[], identification = "TST5 meter"): string {
	const text = `/${identification}\r\n\r\n${rows.map((row) => `${row}\r\n`).join("")}!`;
	return `${text}${crc16(text).toString(16).toUpperCase().padStart(4, "0")}\r\n`;
}

/** A Swedish telegram with one power, so that two of them can be told apart. @param watts - Below 10,000,000. */
export function powerTelegram(watts: number): string {
	const kilowatts = (watts / 1000).toFixed(3).padStart(8, "0");
	return telegramOf(["0-0:1.0.0(240108164940W)", `1-0:1.7.0(${kilowatts}*kW)`]);
}

/** A telegram of host-tests/telegrams, byte for byte. @param name - Such as `se/lgf-e360-a.txt`. */
export function corpusTelegram(name: string): Uint8Array {
	return new Uint8Array(readFileSync(new URL(`../telegrams/${name}`, import.meta.url)));
}
