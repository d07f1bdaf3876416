import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { announcedServices } from "../../src/services/discovery.js";
import { defaultSettings } from "../../src/services/settings/parse.js";

const FOLDER = new URL("../../boards/linux/avahi/", import.meta.url);
/** The placeholder of the files. */
const SERIAL = "000000abcdef";

type Service = { readonly type: string; readonly port: number; readonly txt: readonly string[] };

function servicesOf(file: string): Service[] {
	const xml = readFileSync(new URL(file, FOLDER), "utf8");
	return [...xml.matchAll(/<service>(.*?)<\/service>/gs)].map(([, service = ""]) => ({
		type: /<type>(.*)<\/type>/.exec(service)?.[1] ?? "",
		port: Number(/<port>(.*)<\/port>/.exec(service)?.[1]),
		txt: [...service.matchAll(/<txt-record>(.*)<\/txt-record>/g)].map(([, text = ""]) => text),
	}));
}

function announced(hasHomeWizard: boolean): Service[] {
	const { httpPort } = defaultSettings("host");
	const options = { serial: SERIAL, name: "", version: "", httpPort, hasHomeWizard, hasShelly: false };
	return announcedServices(options).map(({ type, port, txt }) => ({
		type,
		port,
		txt: Object.entries(txt).map(([key, value]) => `${key}=${value}`),
	}));
}

describe("the files for Avahi", () => {
	test("announce the types and the port that the program itself announces elsewhere, with the paths", () => {
		const ofPaths = (services: Service[]): Service[] =>
			services.map((service) => ({ ...service, txt: service.txt.filter((text) => text.startsWith("path=")) }));
		expect(servicesOf("p1-dongle.service")).toEqual(ofPaths(announced(false)));
	});

	test("of HomeWizard's API have all that its programs ask for, on the port that Home Assistant asks", () => {
		const expected = announced(true).filter(({ type }) => type === "_hwenergy._tcp");
		expect(servicesOf("p1-dongle-homewizard.service")).toEqual(expected.map((service) => ({ ...service, port: 80 })));
		const xml = readFileSync(new URL("p1-dongle-homewizard.service", FOLDER), "utf8");
		expect(xml).toContain(`<host-name>p1meter-${SERIAL.slice(-6)}.local</host-name>`);
	});
});
