import type { Board } from "./board.js";
import { ADC_FULL_SCALE_MILLIVOLTS, CHIPS } from "./chips.js";
import { renderPartitions } from "./partitions.js";
import { renderReadme } from "./readme.js";
import { renderSchematic } from "./schematic.js";
import { renderSdkconfig } from "./sdkconfig.js";

/**
 * JavaScript's memory per chip: 120 KiB, of which the program takes 51 kB on Linux, and by estimate 30 kB more for Wi-Fi, setup,
 * time and supervisor, which only a device has (docs/memory.md); its fixed buffers lie outside. The SDK's own targets have 92 and
 * 154. The ESP32's RAM is in two parts, so that XS's two heaps are apart there; the others have it in one piece.
 */
const CREATION = {
	onePiece: {
		static: 122880,
		chunk: { initial: 1536, incremental: 512 },
		heap: { initial: 512, incremental: 64 },
		stack: 384,
	},
	twoParts: {
		static: 0,
		chunk: { initial: 36864, incremental: 0 },
		heap: { initial: 5120, incremental: 0 },
		stack: 512,
	},
};

function renderManifest(board: Board): string {
	const include = ["../../src/platform/moddable/native/p1-serial/manifest.json"];
	if (board.led.kind === "rgb") include.push("$(MODULES)/drivers/neopixel/manifest.json");
	if (board.fixed !== undefined) include.push("$(MODULES)/pins/digital/manifest.json");
	const manifest = {
		build: {
			// What RISC-V alone has. XS in flash gets 9 kB smaller by saving registers with a call (in IRAM, so interrupts may use it), and
			// some by texts that need not begin at a word: XS reads its arrays byte by byte (mxMisalignedSettersCrash in xsPlatform.h). A tab,
			// since mcconfig turns a space into a part of one option.
			...(board.chip === "esp32"
				? {}
				: { ESP32_SUBCLASS: board.chip, C_FLAGS_SUBPLATFORM: "-msave-restore\t-malign-data=natural" }),
			...(board.usb === "serial-jtag" ? { USE_USB: "2" } : {}),
			SDKCONFIGPATH: "./sdkconfig",
			PARTITIONS_FILE_FOR_TARGET: "./partitions.csv",
		},
		include,
		modules: { "setup/target": "./setup-target" },
		preload: ["setup/target"],
		creation: board.chip === "esp32" ? CREATION.twoParts : CREATION.onePiece,
		// "#" makes it a text in C. The board is in the image's marker, so that no other board takes it as an update.
		defines: { file: { partition: "#storage" }, p1: { board: `#${board.name}` } },
	};
	const json = JSON.stringify(manifest, null, 2);
	// The formatter keeps an array on one line where that fits into 120 columns.
	const shorter = json.replace(/^(.*)\[\n\s+([^\]]*?)\n\s+\](,?)$/gm, (whole, before, items, after) => {
		const line = `${before}[${items.replace(/\n\s+/g, " ")}]${after}`;
		return line.length <= 120 ? line : whole;
	});
	return `${shorter}\n`;
}

/** The board as the firmware sees it: `embedded:provider/builtin`, typed by boards/provider.d.ts. */
function renderProvider(board: Board): string {
	const { receive, dataRequest, led, button, supply } = board;
	const rgb = led.kind === "rgb";
	const imports = [
		...(supply === undefined ? [] : ['import Analog from "embedded:io/analog";']),
		'import Digital from "embedded:io/digital";',
		...(rgb ? ['import NeoPixel from "neopixel";'] : []),
		'import P1Serial from "platform/moddable/native/p1-serial/p1-serial";',
	];
	const ledLine = rgb
		? `{ kind: "rgb", io: NeoPixel, pin: ${led.gpio}, length: 1, order: "GRB" }`
		: `{ kind: "plain", io: Digital, pin: ${led.gpio}, mode: Digital.Output, activeLow: ${led.activeLow} }`;
	const buttonMode = button.hasPullUp ? "Input" : "InputPullUp";
	const edge = CHIPS[board.chip].glitching.includes(button.gpio) ? "" : " edge: Digital.Rising | Digital.Falling,";
	const supplyLine =
		supply === undefined
			? ""
			: `\tsupply: {
		io: Analog,
		pin: ${supply.gpio},
		topOhms: ${supply.topOhms},
		bottomOhms: ${supply.bottomOhms},
		fullScaleMilliVolts: ${ADC_FULL_SCALE_MILLIVOLTS},
	},\n`;
	return `// Made by npm run boards.
${imports.join("\n")}

const device = {
	board: "${board.name}",
	title: "${board.title}",
	serial: { io: P1Serial, port: ${receive.uart}, receive: ${receive.gpio}, invert: ${receive.invert} },
	dataRequest: { io: Digital, pin: ${dataRequest.gpio}, mode: Digital.Output },
	led: ${ledLine},
	button: { io: Digital, pin: ${button.gpio}, mode: Digital.${buttonMode},${edge} activeLow: true },
${supplyLine}};

export default device;
`;
}

function renderSetupTarget(board: Board): string {
	const fixed = board.fixed ?? [];
	if (fixed.length === 0)
		return `// Made by npm run boards. The SDK calls this before main; nothing on this board needs it.
export default function (done) {
	done?.();
}
`;
	const writes = fixed.map(({ gpio, label, level }) => `\tDigital.write(${gpio}, ${level}); // ${label}`);
	return `// Made by npm run boards. The SDK calls this before main, and so before the radio starts.
import Digital from "pins/digital";

export default function (done) {
${writes.join("\n")}
	done?.();
}
`;
}

/**
 * Every file of a board's folder that derives from board.json, by its path in the folder.
 * @param readme - README.md as it is; only the part between its markers is replaced. Absent: a new one is begun.
 */
export function generateBoard(board: Board, readme: string | undefined): ReadonlyMap<string, string> {
	return new Map([
		["manifest.json", renderManifest(board)],
		["sdkconfig/sdkconfig.defaults", renderSdkconfig(board)],
		["partitions.csv", renderPartitions(board.flashBytes)],
		["host/provider.js", renderProvider(board)],
		["setup-target.js", renderSetupTarget(board)],
		["schematic.svg", renderSchematic(board)],
		["README.md", renderReadme(board, readme)],
	]);
}
