import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PROFILES } from "../../src/core/profile.js";
import { parseTime } from "../../src/core/profile-detection.js";
import { DST, daysFromCivil, localMs, toUtcMs } from "../../src/core/timestamp.js";
import { ascii } from "../support/decode-all.js";

function utc(text: string, profile: keyof typeof PROFILES): string | undefined {
	const ms = parseTime(ascii(`(${text})`), 1, text.length, PROFILES[profile].time);
	return !Number.isFinite(ms) ? undefined : new Date(ms).toISOString();
}

describe("timestamp", () => {
	test.each([
		["221215155050W", "se", "2022-12-15T14:50:50.000Z"],
		// Swedish ports keep normal time in summer; the flag means nothing there (Branschrekommendation 2.0).
		["220715155050W", "se", "2022-07-15T14:50:50.000Z"],
		["220715155050S", "se", "2022-07-15T14:50:50.000Z"],
		["20240111 09:35:00", "se", "2024-01-11T08:35:00.000Z"],
		["220901152201S", "dsmr4", "2022-09-01T13:22:01.000Z"],
		["220901152201s", "dsmr4", "2022-09-01T13:22:01.000Z"],
		["220101152201w", "dsmr4", "2022-01-01T14:22:01.000Z"],
		["240112231803W", "be", "2024-01-12T22:18:03.000Z"],
		["240214101735W", "lt", "2024-02-14T08:17:35.000Z"],
		["240714101735S", "lt", "2024-07-14T07:17:35.000Z"],
		["000229000000W", "dsmr5", "2000-02-28T23:00:00.000Z"],
		["991231235959W", "dsmr5", "2099-12-31T22:59:59.000Z"],
		// Without a flag the rules of directive 2000/84/EC decide.
		["160410130000", "dsmr2", "2016-04-10T11:00:00.000Z"],
		["160110130000", "dsmr2", "2016-01-10T12:00:00.000Z"],
		["161210130000", "dsmr2", "2016-12-10T12:00:00.000Z"],
		["160327015959", "dsmr2", "2016-03-27T00:59:59.000Z"],
		["160327030000", "dsmr2", "2016-03-27T01:00:00.000Z"],
		["161030015959", "dsmr2", "2016-10-29T23:59:59.000Z"],
		["161030030000", "dsmr2", "2016-10-30T02:00:00.000Z"],
	] as const)("%s on %s is %s", (text, profile, expected) => {
		expect(utc(text, profile)).toBe(expected);
	});

	test.each([
		// The hour that spring leaves out, and the one that autumn repeats.
		["160327020000", "dsmr2"],
		["160327025959", "dsmr2"],
		["161030020000", "dsmr2"],
		["161030025959", "dsmr2"],
		["250000000000W", "se"],
		["000000000000W", "se"],
		["632525252525S", "lu"],
		["220229000000W", "se"],
		["220431000000W", "se"],
		["220100000000W", "se"],
		["220101240000W", "se"],
		["220101006000W", "se"],
		["220101000060W", "se"],
		["22010100006W", "se"],
		["220101000000X", "se"],
		["22:101000000W", "se"],
		["2/0101000000W", "se"],
		["2a0101000000W", "se"],
		["19240111 09:35:00", "se"],
		["20240111T09:35:00", "se"],
		["20240111 09-35:00", "se"],
		["20240111 09:35-00", "se"],
		["", "se"],
	] as const)("%s on %s is no instant", (text, profile) => {
		expect(utc(text, profile)).toBeUndefined();
	});

	test("days from a date are those of the Gregorian calendar", () => {
		fc.assert(
			fc.property(fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
				const days = daysFromCivil(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
				expect(days).toBe(Math.floor(date.getTime() / 86_400_000));
			}),
		);
		expect(Number.isNaN(localMs(2100, 2, 29, 0, 0, 0))).toBe(true);
		expect(localMs(2000, 2, 29, 0, 0, 0)).toBe(Date.UTC(2000, 1, 29));
	});

	test("a local time without flag agrees with Amsterdam's zone in every hour of 30 years but those that change", () => {
		const zone = new Intl.DateTimeFormat("sv-SE", {
			timeZone: "Europe/Amsterdam",
			dateStyle: "short",
			timeStyle: "medium",
		});
		let left = 0;
		for (let ms = Date.UTC(2010, 0, 1); ms < Date.UTC(2040, 0, 1); ms += 3_600_000 * 5) {
			const [date = "", time = ""] = zone.format(ms).split(" ");
			const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
			const [hour = 0] = time.split(":").map(Number);
			const found = toUtcMs(localMs(year, month, day, hour, 0, 0), year, DST.unsaid, PROFILES.dsmr2.time);
			if (!Number.isFinite(found)) left++;
			else expect(found, `${date} ${time}`).toBe(ms);
		}
		expect(left).toBeLessThan(30);
	});
});
