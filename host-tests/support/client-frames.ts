/** One frame as a client sends it, masked (RFC 6455 §5.2). Written here by hand: the server's side is what is tested. */
export type ClientFrame = {
	readonly opcode: number;
	readonly payload?: Uint8Array | string;
	/** Default true. */
	readonly isFinal?: boolean;
	readonly mask?: readonly [number, number, number, number];
	/** Default: the shortest. */
	readonly lengthForm?: 7 | 16 | 64;
};

/** The bytes of a frame. */
export function clientFrame({
	opcode,
	payload = "",
	isFinal = true,
	mask = [1, 2, 3, 4],
	lengthForm,
}: ClientFrame): Buffer {
	const bytes = typeof payload === "string" ? Buffer.from(payload, "latin1") : Buffer.from(payload);
	const form = lengthForm ?? (bytes.length < 126 ? 7 : bytes.length < 65_536 ? 16 : 64);
	const length = Buffer.alloc(form === 7 ? 0 : form / 8);
	if (form === 16) length.writeUInt16BE(bytes.length);
	if (form === 64) length.writeBigUInt64BE(BigInt(bytes.length));
	const short = form === 7 ? bytes.length : form === 16 ? 126 : 127;
	return Buffer.concat([
		Buffer.from([(isFinal ? 0x80 : 0) | opcode, 0x80 | short]),
		length,
		Buffer.from(mask),
		bytes.map((byte, i) => byte ^ (mask[i & 3] ?? 0)),
	]);
}

/** A close frame's payload. */
export function closePayload(code: number, reason = ""): Buffer {
	return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
}

export type ServerFrame = { readonly opcode: number; readonly payload: string };

/**
 * Splits what a server sent into frames, strictly: final, unmasked, lengths in their shortest form.
 * @param text - Latin-1.
 * @throws Error for anything else, a cut-off frame included. */
export function serverFrames(text: string): ServerFrame[] {
	const bytes = Buffer.from(text, "latin1");
	const frames: ServerFrame[] = [];
	for (let at = 0; at < bytes.length; ) {
		const first = bytes[at] ?? 0;
		const short = bytes[at + 1] ?? 255;
		if ((first & 0xf0) !== 0x80 || short > 126) throw new Error(`not a server's frame: ${first}, ${short}`);
		const start = at + (short === 126 ? 4 : 2);
		const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
		if (short === 126 && length < 126) throw new Error(`length ${length} in a long form`);
		if (start + length > bytes.length)
			throw new Error(`frame cut off after ${bytes.length - start} of ${length} bytes`);
		frames.push({ opcode: first & 15, payload: bytes.toString("latin1", start, start + length) });
		at = start + length;
	}
	return frames;
}
