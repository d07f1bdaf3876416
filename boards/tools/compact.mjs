// Rewrites a program of one module so that XS needs fewer slots for it, of 16 bytes of flash each (docs/memory.md has the counts).
// TypeScript has checked the program as it was written: what a class keeps private is private, whatever it is called here.
import { walk } from "estree-walker";
import MagicString from "magic-string";
import { parseSync } from "rolldown/utils";
import { minify } from "terser";

const isClass = ({ type }) => type === "ClassDeclaration" || type === "ClassExpression";
const isFunction = ({ type }) => type === "FunctionDeclaration" || type === "FunctionExpression";

/** The program's tree, and its text to change. */
function open(code) {
	const { program, errors } = parseSync("program.js", code, { sourceType: "module" });
	if (errors.length > 0) throw new Error(errors[0].message);
	return { program, text: new MagicString(code) };
}

const hasPrivateMember = ({ body }) => body.body.some(({ key }) => key?.type === "PrivateIdentifier");

/** For each class the count of names that it shares with those which it extends and which extend it. */
function familiesOf(program) {
	const byName = new Map();
	const byClass = new Map();
	walk(program, {
		enter(node, parent) {
			if (!isClass(node)) return;
			const name = node.id?.name ?? (parent?.type === "VariableDeclarator" ? parent.id.name : undefined);
			const parentName = node.superClass?.type === "Identifier" ? node.superClass.name : undefined;
			const known = byName.get(parentName);
			if (parentName !== undefined && known === undefined && hasPrivateMember(node))
				throw new Error(
					`${name} extends ${parentName}, which is no class above it: their private members could not be told apart`,
				);
			const family = known ?? { count: 0 };
			if (name !== undefined) byName.set(name, family);
			byClass.set(node, family);
		},
	});
	return byClass;
}

/**
 * Private members become properties `$0`, `$1`, counted for each class and those that extend it. XS takes each private name that
 * a method uses for a variable which that method captures, and keeps a slot more in each object.
 */
export function exposePrivateNames(code) {
	const { program, text } = open(code);
	const families = familiesOf(program);
	const scopes = [];
	walk(program, {
		enter(node) {
			if (isClass(node)) {
				const names = new Map();
				const family = families.get(node);
				for (const { key } of node.body.body)
					if (key?.type === "PrivateIdentifier" && !names.has(key.name)) {
						names.set(key.name, `$${family.count.toString(36)}`);
						family.count++;
					}
				scopes.push(names);
			} else if (node.type === "PrivateIdentifier") {
				const scope = scopes.findLast((names) => names.has(node.name));
				if (scope === undefined) throw new Error(`no class around has #${node.name}`);
				text.overwrite(node.start, node.end, scope.get(node.name));
			} else if (node.type === "BinaryExpression" && node.left.type === "PrivateIdentifier")
				throw new Error(`#${node.left.name} in ...: a property's name cannot be asked for that way`);
		},
		leave(node) {
			if (isClass(node)) scopes.pop();
		},
	});
	return text.toString();
}

/** Every identifier in `nodes`: their variables, and more. */
function identifiersIn(nodes) {
	const names = new Set();
	for (const node of nodes)
		walk(node, {
			enter({ type, name }) {
				if (type === "Identifier") names.add(name);
			},
		});
	return names;
}

/** What a function's parameters and declarations name. */
function declaredIn({ params, body }) {
	const declarations = [...params];
	walk(body, {
		enter(node) {
			if (node.type === "VariableDeclarator" || isFunction(node) || isClass(node))
				node.id && declarations.push(node.id);
			if (node.type === "CatchClause" && node.param) declarations.push(node.param);
		},
	});
	return identifiersIn(declarations);
}

/** Where fields begin in the body of a constructor: at its start or after its call of `super`; undefined if that is inside something. */
function placeOfFields(isDerived, { start, body }) {
	if (!isDerived) return start + 1;
	return body.find(({ expression }) => expression?.type === "CallExpression" && expression.callee.type === "Super")
		?.end;
}

/**
 * Fields become assignments of the constructor. XS makes a function of a class's fields, and calls it for every object. A class
 * whose constructor hides a variable that a field uses stays as it is.
 */
export function moveFields(code) {
	const { program, text } = open(code);
	const source = ({ start, end }) => code.slice(start, end);
	const hasClass = (node) => {
		let found = false;
		walk(node, {
			enter(inner) {
				if (isClass(inner)) found = true;
			},
		});
		return found;
	};
	const rewrite = (node) => {
		const members = node.body.body;
		const fields = members.filter((member) => member.type === "PropertyDefinition" && !member.static);
		const values = fields.flatMap(({ value }) => (value === null ? [] : [value]));
		if (fields.length === 0 || values.some(hasClass)) return;
		if (fields.some(({ key, computed }) => computed || key.type === "PrivateIdentifier")) return;
		const isDerived = node.superClass !== null;
		const maker = members.find(({ kind }) => kind === "constructor");
		const assignments = fields
			.map(({ key, value }) => `this.${source(key)}=${value === null ? "void 0" : source(value)};`)
			.join("");
		if (maker === undefined) {
			if (isDerived) return;
			text.appendLeft(node.body.start + 1, `constructor(){${assignments}}`);
		} else {
			const place = placeOfFields(isDerived, maker.value.body);
			const hidden = declaredIn(maker.value);
			if (place === undefined || [...identifiersIn(values)].some((name) => hidden.has(name))) return;
			text.appendLeft(place, assignments);
		}
		for (const { start, end } of fields) text.remove(start, end);
	};
	walk(program, { enter: (node) => void (isClass(node) && rewrite(node)) });
	return text.toString();
}

/** Whether a function needs to be one: for `this`, `arguments` or `new.target` of its own. */
function hasOwnThis({ body, params }) {
	let found = false;
	for (const node of [...params, body])
		walk(node, {
			enter(inner) {
				if (isFunction(inner) || isClass(inner)) this.skip();
				else if (inner.type === "ThisExpression" || inner.type === "MetaProperty" || inner.name === "arguments")
					found = true;
			},
		});
	return found;
}

/**
 * Declared functions become arrow functions, at the start of the block that they are declared in. Each other function has a
 * `prototype` object, since somebody could construct with it.
 */
export function useArrows(code) {
	const { program, text } = open(code);
	const constructed = new Set();
	walk(program, { enter: (node) => void (node.type === "NewExpression" && constructed.add(node.callee.name)) });
	walk(program, {
		enter(node, parent) {
			if (node.type !== "FunctionDeclaration" || node.async || node.generator) return;
			if (parent.type !== "Program" && parent.type !== "BlockStatement") return;
			if (constructed.has(node.id.name) || hasOwnThis(node)) return;
			text.overwrite(node.start, code.indexOf("(", node.id.end), `const ${node.id.name}=`);
			text.appendLeft(node.body.start, "=>");
			text.appendLeft(node.end, ";");
			const place = parent.type === "Program" ? 0 : parent.start + 1;
			if (place !== node.start) text.move(node.start, node.end, place);
		},
	});
	return text.toString();
}

/** Whether an expression is of numbers alone, such as `60 * 1000`. */
function isNumeric({ type, value, left, right, argument, operator }) {
	if (type === "Literal") return typeof value === "number";
	if (type === "UnaryExpression") return operator === "-" && isNumeric(argument);
	return type === "BinaryExpression" && isNumeric(left) && isNumeric(right);
}

/** How often each name is declared, wherever that is. */
function declarationsIn(program) {
	const counts = new Map();
	const count = (nodes) => {
		for (const name of identifiersIn(nodes)) counts.set(name, (counts.get(name) ?? 0) + 1);
	};
	walk(program, {
		enter(node) {
			if (node.params) count(node.params);
			if (node.type === "VariableDeclarator" || isFunction(node) || isClass(node)) count(node.id ? [node.id] : []);
			if (node.type === "CatchClause" && node.param) count([node.param]);
			if (node.type.startsWith("Import") && node.local) count([node.local]);
		},
	});
	return counts;
}

/** Whether an identifier stands for a variable there, not for the name of a property. */
function isVariable(node, parent) {
	if (node.type !== "Identifier") return false;
	if (parent.type === "MemberExpression") return parent.object === node || parent.computed;
	if (["Property", "MethodDefinition", "PropertyDefinition"].includes(parent.type))
		return parent.value === node || parent.computed;
	return true;
}

/**
 * Numbers with a name become numbers where they are used, and texts that are used once. Each function that uses a variable of
 * the module captures it, which is a slot for each of them; a number is two or three bytes of code.
 */
export function inlineConstants(code) {
	const { program, text } = open(code);
	const declarations = declarationsIn(program);
	const constants = new Map();
	for (const statement of program.body) {
		if (statement.type !== "VariableDeclaration" || statement.kind !== "const") continue;
		if (statement.declarations.length > 1) continue;
		const [{ id, init }] = statement.declarations;
		const isText = init.type === "Literal" && typeof init.value === "string";
		if (id.type !== "Identifier" || declarations.get(id.name) !== 1 || !(isText || isNumeric(init))) continue;
		constants.set(id.name, { statement, id, value: code.slice(init.start, init.end), isText, uses: [] });
	}
	walk(program, {
		enter(node, parent) {
			if (node.type === "ExportSpecifier") constants.delete(node.local.name);
			const constant = isVariable(node, parent) ? constants.get(node.name) : undefined;
			if (constant !== undefined && constant.id !== node) constant.uses.push({ node, parent });
		},
	});
	for (const { statement, value, isText, uses } of constants.values()) {
		if (isText && uses.length > 1) continue;
		for (const { node, parent } of uses) {
			if (parent.shorthand) text.appendLeft(node.end, `:(${value})`);
			else text.overwrite(node.start, node.end, `(${value})`);
		}
		text.remove(statement.start, statement.end);
	}
	return text.toString();
}

/**
 * Functions that are called from one place only stay functions, but where that place is in a range of `rare`, in a constructor, or
 * outside of functions, which is run when the program is linked. Terser would write them where they are called, which saves flash;
 * but then XS makes them anew at each call, with a copy of their code in its heap, since the program is preloaded (XS 8.2.3,
 * XS_CODE_CODE in xsRun.c; a module that is not preloaded has its code in flash).
 */
export function keepFunctions(code, rare = []) {
	const { program, text } = open(code);
	const isRare = (at) => rare.some(({ start, end }) => at >= start && at < end);
	const isRunAgain = (node, parent) =>
		(isFunction(node) || node.type === "ArrowFunctionExpression") && parent.kind !== "constructor";
	let depth = 0;
	walk(program, {
		enter(node, parent) {
			if (isRunAgain(node, parent)) depth++;
			if (node.type === "CallExpression" && node.callee.type === "Identifier" && depth > 0 && !isRare(node.start))
				text.appendLeft(node.start, "/*@__NOINLINE__*/");
		},
		leave(node, parent) {
			if (isRunAgain(node, parent)) depth--;
		},
	});
	return text.toString();
}

const PASSES = [exposePrivateNames, moveFields, useArrows, inlineConstants];

/**
 * The program with short names, and with everything above. By Terser, which puts small functions where they are called: each one
 * less is some 100 bytes. Rolldown's own minifier does not. `rare` are the places in `code` that are not run again and again.
 */
export async function compactProgram(code, rare = []) {
	const { code: short } = await minify(
		PASSES.reduce((text, pass) => pass(text), keepFunctions(code, rare)),
		{
			module: true,
			ecma: 2020,
			// Expressions joined by commas keep their values on the stack for longer, and save XS nothing.
			compress: { passes: 3, inline: 1, keep_fargs: false, sequences: false },
		},
	);
	return short;
}
