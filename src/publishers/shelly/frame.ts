import type { JsonWriter } from "../../core/json-writer.js";
import { literal } from "../../core/literal.js";
import type { RpcRequest } from "./request.js";
import type { RpcError, ShellyRpc } from "./rpc.js";

const ID = literal("id");
const SRC = literal("src");
const DST = literal("dst");
const RESULT = literal("result");
const ERROR = literal("error");

/** Room for the largest answer, with some to spare; EM.GetStatus has about 600 bytes. */
export const ANSWER_BYTES = 1280;

/**
 * Writes the answer to a request frame from the front of the writer's buffer: with the method's result, or with its error.
 * @returns the error.
 */
export function writeAnswer(
	writer: JsonWriter,
	rpc: ShellyRpc,
	request: RpcRequest,
	needsCurrents: boolean,
): RpcError | undefined {
	openFrame(writer, rpc, request);
	writer.literalName(RESULT);
	const error = rpc.write(writer, request.method, request.componentId, needsCurrents);
	if (error !== undefined) {
		openFrame(writer, rpc, request);
		writer.literalName(ERROR);
		writeError(writer, error);
	}
	writer.closeObject();
	return error;
}

/** `{"code":…,"message":…}`. */
export function writeError(writer: JsonWriter, { code, message }: RpcError): void {
	writer.openObject();
	writer.name("code");
	writer.number(code);
	writer.name("message");
	writer.string(message);
	writer.closeObject();
}

function openFrame(writer: JsonWriter, rpc: ShellyRpc, { id, src }: RpcRequest): void {
	writer.reset();
	writer.openObject();
	writer.literalName(ID);
	if (typeof id === "number") writer.number(id);
	else writer.string(id);
	writer.literalName(SRC);
	writer.literalString(rpc.id);
	if (src === undefined) return;
	writer.literalName(DST);
	writer.string(src);
}
