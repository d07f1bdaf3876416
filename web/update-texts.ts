import type { LanguageTag } from "./texts.js";

type UpdateTexts = {
	readonly update: string;
	readonly updateShow: string;
	readonly updateFile: (name: string) => string;
	readonly updateUrl: string;
	readonly updateStart: string;
	readonly updateReceiving: string;
	readonly updateTrial: string;
};

/** The texts of the update, beside those of texts.ts. */
export const UPDATE_TEXTS: Readonly<Record<LanguageTag, UpdateTexts>> = {
	en: {
		update: "Update",
		updateShow: "Install a new version",
		updateFile: (name) => `The file ${name}`,
		updateUrl: "or its address",
		updateStart: "Update now",
		updateReceiving: "The file is on its way. Leave the dongle its power.",
		updateTrial: "The new version is being tried. If it does not work, the old one comes back by itself.",
	},
	sv: {
		update: "Uppdatering",
		updateShow: "Installera en ny version",
		updateFile: (name) => `Filen ${name}`,
		updateUrl: "eller dess adress",
		updateStart: "Uppdatera nu",
		updateReceiving: "Filen är på väg. Låt dongeln ha ström.",
		updateTrial: "Den nya versionen provas. Fungerar den inte kommer den gamla tillbaka av sig själv.",
	},
};
