/** The languages of the page, in the order of the columns of {@link TEXTS}. */
export const LANGUAGE_TAGS = ["en", "sv"] as const;

export type LanguageTag = (typeof LANGUAGE_TAGS)[number];

type Row = readonly [string, string] | readonly [(...parts: never[]) => string, (...parts: never[]) => string];

/** Ordinals end in "a" where the last word is ett or två, else in "e". */
function swedishOrdinal(value: number): string {
	const isA = (value % 10 === 1 || value % 10 === 2) && value % 100 !== 11 && value % 100 !== 12;
	return `${value}:${isA ? "a" : "e"}`;
}

function everySwedish(seconds: number): string {
	if (seconds === 1) return "varje sekund";
	return seconds === 2 ? "varannan sekund" : `var ${swedishOrdinal(seconds)} sekund`;
}

/** Every text of the page: English, Swedish. Functions take what is formatted already. */
export const TEXTS = {
	locale: ["en-GB", "sv-SE"],
	secondUnit: ["s", "s"],
	minuteUnit: ["min", "min"],
	hourUnit: ["h", "h"],
	dayUnit: ["d", "dygn"],

	title: ["Electricity meter", "Elmätaren"],
	noValue: ["–", "–"],
	skip: ["To the readings", "Till mätvärdena"],

	// How things are, in a few words and announced.
	stateConnecting: ["Connecting to the dongle", "Ansluter till dongeln"],
	stateLive: ["Live", "Direkt"],
	stateWaiting: ["Waiting for the meter", "Väntar på mätaren"],
	stateSilent: ["The meter has been silent", "Mätaren har varit tyst"],
	stateLost: ["No contact with the dongle", "Ingen kontakt med dongeln"],
	stateLocked: ["The password is needed", "Lösenordet behövs"],
	justNow: ["just now", "nyss"],
	ago: [(duration: string) => `${duration} ago`, (duration: string) => `för ${duration} sedan`],
	forTime: [(duration: string) => `for ${duration}`, (duration: string) => `i ${duration}`],
	lastKnown: [
		(duration: string) => `Last known values, ${duration} old`,
		(duration: string) => `Senast kända värden, ${duration} gamla`,
	],
	lastKnownUnsure: ["Last known values", "Senast kända värden"],

	now: ["Right now", "Just nu"],
	fromGrid: ["from the grid", "från nätet"],
	toGrid: ["to the grid", "till nätet"],
	nothing: ["nothing from or to the grid", "ingenting från eller till nätet"],
	bothWays: [
		(from: string, to: string) => `${from} from the grid and ${to} to it at once`,
		(from: string, to: string) => `${from} från nätet och samtidigt ${to} till nätet`,
	],
	noPower: ["The meter does not send its power.", "Mätaren skickar inte sin effekt."],
	noReading: ["No reading yet", "Inget mätvärde än"],
	frequency: ["Frequency", "Frekvens"],

	phases: ["Phases", "Faser"],
	phase: ["Phase", "Fas"],
	current: ["Current", "Ström"],
	voltage: ["Voltage", "Spänning"],
	power: ["Power", "Effekt"],
	noPhases: ["The meter sends no values of single phases.", "Mätaren skickar inga värden för de enskilda faserna."],
	even: ["The phases carry about the same.", "Faserna bär ungefär lika mycket."],
	uneven: [
		(phase: string, more: string, other: string) => `${phase} carries the most: ${more} more than ${other}.`,
		(phase: string, more: string, other: string) => `${phase} bär mest: ${more} mer än ${other}.`,
	],
	scale: [(current: string) => `A full bar is ${current}.`, (current: string) => `Full stapel är ${current}.`],

	today: ["Today", "I dag"],
	chartSince: [(time: string) => `Since ${time}.`, (time: string) => `Sedan ${time}.`],
	chartEmpty: ["The curve begins with the next readings.", "Kurvan börjar med nästa mätvärden."],
	chartSummary: [
		(low: string, high: string, mean: string) => `Lowest ${low}, highest ${high}, on average ${mean}.`,
		(low: string, high: string, mean: string) => `Lägst ${low}, högst ${high}, i snitt ${mean}.`,
	],
	chartBoth: [
		(from: string, to: string, mean: string) => `At most ${from} and ${to}, on average ${mean}.`,
		(from: string, to: string, mean: string) => `Högst ${from} och ${to}, i snitt ${mean}.`,
	],
	chartTable: ["The curve as a table", "Kurvan som tabell"],
	chartUnit: ["kW", "kW"],
	chartUnitBoth: ["kW, below zero to the grid", "kW, under noll till nätet"],
	chartTime: ["Time", "Tid"],
	chartPower: ["Power on average", "Effekt i snitt"],
	chartLabel: ["Curve of today's power", "Kurva över dagens effekt"],

	registers: ["Meter readings", "Mätarställningar"],
	registerName: ["Register", "Räkneverk"],
	registerValue: ["Reading", "Ställning"],
	energyImport: ["From the grid", "Från nätet"],
	energyExport: ["To the grid", "Till nätet"],
	reactiveEnergyImport: ["Reactive, from the grid", "Reaktiv, från nätet"],
	reactiveEnergyExport: ["Reactive, to the grid", "Reaktiv, till nätet"],
	tariff: [
		(register: string, tariff: string) => `${register}, tariff ${tariff}`,
		(register: string, tariff: string) => `${register}, tariff ${tariff}`,
	],
	tariffNow: [
		(tariff: string) => `Tariff ${tariff} applies now.`,
		(tariff: string) => `Just nu gäller tariff ${tariff}.`,
	],
	mediumGas: ["Gas", "Gas"],
	mediumWater: ["Water", "Vatten"],
	mediumWarmWater: ["Hot water", "Varmvatten"],
	mediumHeat: ["Heat", "Värme"],
	mediumCooling: ["Cooling", "Kyla"],
	mediumElectricity: ["Another electricity meter", "En elmätare till"],
	mediumOther: ["Another meter", "En mätare till"],
	readAt: [(time: string) => `read ${time}`, (time: string) => `avläst ${time}`],

	health: ["How things are", "Läget"],
	meter: ["Meter", "Mätaren"],
	every: [(seconds: number) => (seconds === 1 ? "every second" : `every ${seconds} seconds`), everySwedish],
	meterSpeaks: [(every: string) => `Sends a reading ${every}.`, (every: string) => `Skickar mätvärden ${every}.`],
	meterSpeaksSoon: ["Sends readings.", "Skickar mätvärden."],
	meterSilent: [
		(duration: string) => `The meter has been silent for ${duration}.`,
		(duration: string) => `Mätaren har varit tyst i ${duration}.`,
	],
	meterSilentUnsure: ["The meter is silent.", "Mätaren är tyst."],
	checkMeter: ["Check the cable, and whether the meter has power.", "Titta på kabeln, och om mätaren har ström."],
	noTelegram: [
		"Nothing has come from the meter yet. Has the grid company opened its port, and is the cable in place? The first reading can take a minute.",
		"Inget har kommit från mätaren än. Har nätbolaget öppnat porten, och sitter kabeln i? Det första mätvärdet kan dröja en minut.",
	],
	noValidTelegram: [
		"Something comes from the meter, but no telegram was whole. Check the cable, and whether the signal has to be inverted.",
		"Något kommer från mätaren, men inget telegram har varit helt. Titta på kabeln, och om signalen behöver inverteras.",
	],
	portDisconnected: [
		"The source of telegrams cannot be reached. Check the cable and the settings.",
		"Källan till telegrammen går inte att nå. Titta på kabeln och inställningarna.",
	],
	link: ["This page", "Den här sidan"],
	linkStreaming: ["Gets every reading at once.", "Får varje mätvärde direkt."],
	linkPolling: [
		(every: string) => `Asks for readings ${every}: all live places are taken.`,
		(every: string) => `Frågar efter mätvärden ${every}: alla direktplatser är upptagna.`,
	],
	linkLocked: [
		"The owner lets only those read who have the password.",
		"Ägaren låter bara den läsa som har lösenordet.",
	],
	linkConnecting: ["Is connecting to the dongle.", "Ansluter till dongeln."],
	linkLost: [
		(duration: string) => `No answer from the dongle for ${duration}. It goes on trying, you need not do a thing.`,
		(duration: string) => `Dongeln har inte svarat på ${duration}. Sidan försöker igen av sig själv.`,
	],
	wifi: ["Wi-Fi", "Wi-Fi"],
	wifiSignal: [
		(quality: string, strength: string) => `The signal is ${quality} (${strength}).`,
		(quality: string, strength: string) => `Signalen är ${quality} (${strength}).`,
	],
	wifiNamed: [(name: string) => `Connected to ${name}.`, (name: string) => `Ansluten till ${name}.`],
	signalGood: ["good", "god"],
	signalFair: ["fair", "hygglig"],
	signalWeak: ["weak", "svag"],
	mqtt: ["MQTT", "MQTT"],
	mqttConnected: ["Sends readings to the broker.", "Skickar mätvärden till brokern."],
	mqttAway: [
		"The broker is away. Readings go on here, and are sent again as soon as it is back.",
		"Brokern är borta. Mätvärdena fortsätter här, och skickas igen så snart den är tillbaka.",
	],
	mqttDenied: [
		"The broker does not accept the user name or the password.",
		"Brokern godtar inte användarnamnet eller lösenordet.",
	],
	mqttTls: ["The broker's certificate was not accepted.", "Brokerns certifikat godtogs inte."],
	telegrams: ["Telegrams", "Telegram"],
	telegramsGood: [
		(good: string) => `${good} received, none damaged.`,
		(good: string) => `${good} mottagna, inget skadat.`,
	],
	telegramsBad: [
		(good: string, bad: string) => `${good} received, ${bad} damaged and left out.`,
		(good: string, bad: string) => `${good} mottagna, ${bad} skadade och bortsorterade.`,
	],
	uptime: ["Dongle", "Dongeln"],
	uptimeFor: [
		(duration: string) => `Has been running for ${duration}.`,
		(duration: string) => `Har varit igång i ${duration}.`,
	],
	levelGood: ["All right", "Allt väl"],
	levelWait: ["Wait", "Vänta"],
	levelWarn: ["Look at this", "Titta på detta"],
	levelBad: ["Not working", "Fungerar inte"],

	version: [(version: string) => `Version ${version}`, (version: string) => `Version ${version}`],
	asJson: ["Reading as JSON", "Mätvärden som JSON"],
	asTelegram: ["Latest telegram", "Senaste telegrammet"],
	asStatus: ["Status as JSON", "Status som JSON"],

	settings: ["Settings", "Inställningar"],
	settingsShow: ["See and change", "Se och ändra"],
	groupGeneral: ["The dongle", "Dongeln"],
	groupNetwork: ["On the network", "På nätet"],
	groupBroker: ["MQTT and Home Assistant", "MQTT och Home Assistant"],
	password: ["The owner's password", "Ägarens lösenord"],
	newPassword: ["New password, at least 8 characters", "Nytt lösenord, minst 8 tecken"],
	changePassword: ["Change the password", "Byt lösenord"],
	wrongPassword: ["The password is wrong.", "Fel lösenord."],
	unlock: ["Unlock", "Lås upp"],
	secretKept: ["kept as it is", "som förut"],
	secretRemove: ["Remove it", "Ta bort det"],
	save: ["Save", "Spara"],
	saved: ["Saved.", "Sparat."],
	savedRestart: ["Saved. It counts after a restart.", "Sparat. Det gäller efter en omstart."],
	unguarded: [
		(names: string) => `The password does not guard everything; read what is said at: ${names}.`,
		(names: string) => `Lösenordet skyddar inte allt, läs vad som står vid: ${names}.`,
	],
	nothingChanged: ["Nothing was changed.", "Inget är ändrat."],
	restart: ["Restart now", "Starta om nu"],
	restarting: [
		"Restarting. The page finds the dongle again by itself.",
		"Startar om. Sidan hittar dongeln igen av sig själv.",
	],

	setup: ["Set up the dongle", "Ställ in dongeln"],
	setupScan: ["Look again", "Leta igen"],
	setupScanning: ["Looking for networks …", "Letar efter nät …"],
	setupFound: [(count: string) => `${count} networks found.`, (count: string) => `Hittade ${count} nät.`],
	setupKeep: [(name: string) => `Keep ${name}`, (name: string) => `Behåll ${name}`],
	setupOther: ["Another network", "Ett annat nät"],
	setupWifiPassword: ["Password of the network", "Nätets lösenord"],
	setupOpen: ["without a password", "utan lösenord"],
	setupTest: ["Test the network", "Prova nätet"],
	testing: [(name: string) => `Testing ${name} …`, (name: string) => `Provar ${name} …`],
	testAway: ["No contact. Join the dongle's network again.", "Ingen kontakt. Anslut till dongelns nät igen."],
	testConnected: [(name: string) => `${name} works.`, (name: string) => `${name} fungerar.`],
	testWrongPassword: ["The network's password is wrong.", "Nätets lösenord är fel."],
	testNotFound: ["No such network is heard on 2.4 GHz.", "Nätet hörs inte på 2,4 GHz."],
	testNoAddress: ["The network gave the dongle no address (DHCP).", "Nätet gav dongeln ingen adress (DHCP)."],
	testWeakSignal: ["The network is too weak here.", "Nätet är för svagt här."],
	testFailed: ["The network turned the dongle away. Try again.", "Nätet avvisade dongeln. Försök igen."],
	setupOwner: ["2. The owner", "2. Ägaren"],
	setupOwnerWhy: ["Changes to the dongle need this password.", "Lösenordet behövs för att ändra i dongeln."],
	setupMore: ["3. If you like", "3. Om du vill"],
	setupDone: [(name: string) => `Done. The dongle is in ${name}.`, (name: string) => `Klart. Dongeln är i ${name}.`],
	setupWhere: ["Join it too. There the dongle is at:", "Anslut till samma nät. Där finns dongeln på:"],
	setupCloses: ["The setup network closes in a minute.", "Dongelns eget nät stängs om en minut."],
} as const satisfies Readonly<Record<string, Row>>;

/** The texts of one language. */
export type LanguageTexts = {
	readonly [Key in keyof typeof TEXTS]: (typeof TEXTS)[Key][0] extends string ? string : (typeof TEXTS)[Key][0];
} & { readonly tag: LanguageTag };

/** The first language that the reader wants and the page has; English when it has none of them. */
export function chooseTexts(wanted: readonly string[]): LanguageTexts {
	let column = 0;
	for (const tag of wanted) {
		column = LANGUAGE_TAGS.indexOf(tag.slice(0, 2).toLowerCase() as LanguageTag);
		if (column >= 0) break;
	}
	const texts: Record<string, unknown> = { tag: LANGUAGE_TAGS[Math.max(0, column)] };
	for (const [key, row] of Object.entries(TEXTS)) texts[key] = row[Math.max(0, column)];
	return texts as LanguageTexts;
}
