import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";
import type { ParsedResponse } from "./http-harness.js";
import type { Schema } from "./reading-schema.js";

export const OPENAPI_PATH = new URL("../../docs/http-api.yaml", import.meta.url);

export const OPERATION_METHODS = ["get", "head", "options", "post", "put", "patch", "delete", "trace"] as const;
export type OperationMethod = (typeof OPERATION_METHODS)[number];

type Reference = { readonly $ref?: string };
type HeaderObject = { readonly required?: boolean; readonly schema: Schema };
type ResponseObject = {
	readonly headers?: Readonly<Record<string, HeaderObject & Reference>>;
	readonly content?: Readonly<
		Record<string, { readonly schema: Schema; readonly examples?: Record<string, { value: unknown }> }>
	>;
};
type OperationObject = {
	readonly operationId: string;
	readonly tags?: readonly string[];
	readonly responses: Readonly<Record<string, ResponseObject & Reference>>;
};
export type OpenApiDocument = {
	readonly info: { readonly version: string };
	readonly paths: Readonly<Record<string, Partial<Record<OperationMethod, OperationObject>>>>;
	readonly components: {
		readonly schemas: Readonly<Record<string, Schema>>;
		readonly responses: Readonly<Record<string, ResponseObject>>;
		readonly headers: Readonly<Record<string, HeaderObject>>;
	};
};

/** Header lines that frame any message; no description lists them. */
const FRAMING = ["content-type", "content-length", "transfer-encoding", "connection", "keep-alive"];

/** Holds responses against an OpenAPI 3.1 document. */
export class OpenApi {
	readonly document: OpenApiDocument;
	/** Operations and statuses that were seen, such as "getReading 200". */
	readonly seen = new Set<string>();
	/** Members of bodies that were seen, by schema, such as "Status.p1Port.detail". */
	readonly seenMembers = new Set<string>();
	readonly #ajv: Ajv2020;
	readonly #validators = new Map<string, ValidateFunction>();

	constructor(text = readFileSync(OPENAPI_PATH, "utf8")) {
		this.document = parse(text);
		this.#ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
		this.#ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
		// Where the schemas are in the document.
		this.#ajv.addKeyword("components");
		this.#ajv.addSchema({ $id: "openapi", components: this.document.components } as object, "openapi");
	}

	/** Every operation of the document. */
	operations(): { path: string; method: OperationMethod; operation: OperationObject }[] {
		const operations = [];
		for (const [path, item] of Object.entries(this.document.paths)) {
			for (const method of OPERATION_METHODS) {
				const operation = item[method];
				if (operation !== undefined) operations.push({ path, method, operation });
			}
		}
		return operations;
	}

	/** Every "operation status" of the document that is named, `default` left out. @param isWanted - By the operation's tags. */
	declared(isWanted: (tags: readonly string[]) => boolean = () => true): string[] {
		const wanted = this.operations().filter(({ operation }) => isWanted(operation.tags ?? []));
		return wanted.flatMap(({ operation }) =>
			Object.keys(operation.responses)
				.filter((status) => status !== "default")
				.map((status) => `${operation.operationId} ${status}`),
		);
	}

	/** Every member that a schema names, at any depth, as {@link seenMembers} has them. */
	declaredMembers(name: string): string[] {
		const members = new Set<string>();
		this.#walk(this.#schema(name), undefined, name, (member) => members.add(member));
		return [...members];
	}

	/** The codes of errors and the status that each comes with. */
	errorCodes(schema = "ErrorCode"): Map<string, number> {
		const { oneOf } = this.#schema(schema) as { oneOf: { const: string; description: string }[] };
		return new Map(oneOf.map(({ const: code, description }) => [code, Number(/^(\d{3}): /.exec(description)?.[1])]));
	}

	/** What is wrong with a response, in sentences; none when it is as the document says. Notes the status as seen. */
	check(path: string, method: OperationMethod, response: ParsedResponse): string[] {
		const operation = this.document.paths[path]?.[method];
		if (operation === undefined) return [`${method} ${path}: not in the document`];
		const name = `${operation.operationId} ${response.status}`;
		const named = operation.responses[String(response.status)] ?? operation.responses.default;
		if (named === undefined) return [`${name}: this status is not in the document`];
		if (String(response.status) in operation.responses) this.seen.add(name);
		const declared = this.#resolve(named, this.document.components.responses);
		return [...this.#checkHeaders(name, declared, response), ...this.#checkBody(name, method, declared, response)];
	}

	/** What is wrong with a value that should be as a schema of the document says. */
	validate(schema: Schema, value: unknown): string[] {
		const key = JSON.stringify(schema).replaceAll('"#/', '"openapi#/');
		let validate = this.#validators.get(key);
		if (validate === undefined) {
			validate = this.#ajv.compile(JSON.parse(key));
			this.#validators.set(key, validate);
		}
		if (validate(value)) return [];
		return (validate.errors ?? []).map(
			({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
		);
	}

	#schema(name: string): Schema {
		const schema = this.document.components.schemas[name];
		if (schema === undefined) throw new Error(`no schema is called ${name}`);
		return schema;
	}

	/** Visits the members that a schema names; with a value, those of them that it has. */
	#walk(schema: Schema, value: unknown, at: string, visit: (member: string) => void): void {
		const { $ref, items, oneOf, properties } = schema as {
			$ref?: string;
			items?: Schema;
			oneOf?: readonly Schema[];
			properties?: Readonly<Record<string, Schema>>;
		};
		if ($ref !== undefined) {
			const name = $ref.split("/").at(-1) ?? "";
			this.#walk(this.#schema(name), value, at === "" ? name : at, visit);
		}
		if (items !== undefined)
			for (const item of Array.isArray(value) ? value : [value]) this.#walk(items, item, at, visit);
		for (const alternative of oneOf ?? []) this.#walk(alternative, value, at, visit);
		for (const [name, member] of Object.entries(properties ?? {})) {
			const isThere = value === undefined || (typeof value === "object" && value !== null && name in value);
			if (!isThere) continue;
			visit(`${at}.${name}`);
			this.#walk(member, value === undefined ? undefined : Reflect.get(value as object, name), `${at}.${name}`, visit);
		}
	}

	#resolve<T>(object: T & Reference, components: Readonly<Record<string, T>>): T {
		if (object.$ref === undefined) return object;
		const found = components[object.$ref.split("/").at(-1) ?? ""];
		if (found === undefined) throw new Error(`${object.$ref} is not in the document`);
		return found;
	}

	#checkHeaders(name: string, declared: ResponseObject, { headers }: ParsedResponse): string[] {
		const problems: string[] = [];
		const allowed = new Set(FRAMING);
		for (const [header, reference] of Object.entries(declared.headers ?? {})) {
			const { required = false, schema } = this.#resolve<HeaderObject>(reference, this.document.components.headers);
			const value = headers.get(header.toLowerCase());
			allowed.add(header.toLowerCase());
			if (value !== undefined) {
				problems.push(...this.validate(schema, value).map((problem) => `${name}: ${header}: ${value}: ${problem}`));
			} else if (required) problems.push(`${name}: no ${header}`);
		}
		for (const header of headers.keys())
			if (!allowed.has(header)) problems.push(`${name}: ${header} is not in the document`);
		return problems;
	}

	#checkBody(name: string, method: OperationMethod, { content }: ResponseObject, response: ParsedResponse): string[] {
		const type = response.headers.get("content-type");
		if (content === undefined) {
			const isTyped = type !== undefined && method !== "head";
			return response.body === "" && !isTyped ? [] : [`${name}: a body that is not in the document`];
		}
		const media = content[type ?? ""];
		if (media === undefined) return [`${name}: ${type} is not in the document`];
		const value: unknown = type === "application/json" ? JSON.parse(response.body) : response.body;
		if (type === "application/json") this.#walk(media.schema, value, "", (member) => this.seenMembers.add(member));
		return this.validate(media.schema, value).map((problem) => `${name}: ${problem}`);
	}
}
