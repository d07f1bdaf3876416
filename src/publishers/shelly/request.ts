import { parseSmallJson } from "./small-json.js";

/** A request frame of Shelly's RPC. */
export interface RpcRequest {
	/** Comes back with the answer. */
	readonly id: number | string;
	/** Who asks; comes back as `dst`. */
	readonly src: string | undefined;
	readonly method: string;
	/** The component that is meant, from `params`; NaN when that cannot be. */
	readonly componentId: number;
}

const MAX_TEXT_CHARACTERS = 64;

/**
 * Reads a request frame; undefined when it is none: no JSON object, no id, no method.
 * @see https://shelly-api-docs.shelly.cloud/gen2/General/RPCProtocol
 */
export function parseRequest(bytes: Uint8Array, offset: number, end: number): RpcRequest | undefined {
	const frame = parseSmallJson(bytes, offset, end);
	if (!isObject(frame)) return undefined;
	const { id, src, method, params } = frame;
	if (!isShortText(method) || !(isShortText(id) || Number.isSafeInteger(id))) return undefined;
	return {
		id: id as number | string,
		src: isShortText(src) ? src : undefined,
		method,
		componentId: componentIdOf(params),
	};
}

/**
 * The id of the component that the parameters name: 0 when they name none, as there is one of each; NaN when it is no
 * whole number above or equal to 0.
 */
export function componentIdOf(params: unknown): number {
	if (params === undefined) return 0;
	if (!isObject(params)) return Number.NaN;
	const { id } = params;
	if (id === undefined) return 0;
	return Number.isSafeInteger(id) && Number(id) >= 0 ? Number(id) : Number.NaN;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isShortText(value: unknown): value is string {
	return typeof value === "string" && value.length <= MAX_TEXT_CHARACTERS;
}
