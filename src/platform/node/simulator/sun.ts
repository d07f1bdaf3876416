const DAY_MS = 86_400_000;
const DEGREE = Math.PI / 180;
/** Sunshine outside the atmosphere, W/m². */
const SOLAR_CONSTANT = 1353;

export interface Place {
	/** Degrees, north and east positive. */
	readonly latitude: number;
	readonly longitude: number;
}

export interface SolarPlant {
	/** Power of all panels at 1000 W/m², in watts. */
	readonly peakW: number;
	/** Largest power that the inverter feeds in, in watts. */
	readonly inverterW: number;
	/** Degrees from lying flat; the panels face south. */
	readonly tilt: number;
}

/** Direction of the sun as a unit vector; reused. Half a degree from the almanac, which is enough for a house. */
export class Sun {
	/** Sine of the elevation: above the horizon when positive. */
	up = 0;
	south = 0;
	west = 0;

	/** @param utcMs - Milliseconds since 1970-01-01T00:00:00Z. */
	set(utcMs: number, place: Place): void {
		const days = utcMs / DAY_MS;
		// Days since the equinox of 20 March 1970; the year is counted as 365.2425 days.
		const yearAngle = (2 * Math.PI * (days - 79)) / 365.2425;
		const declination = 23.44 * DEGREE * Math.sin(yearAngle);
		const equationOfTimeMinutes =
			9.87 * Math.sin(2 * yearAngle) - 7.53 * Math.cos(yearAngle) - 1.5 * Math.sin(yearAngle);
		const turn = days - Math.floor(days) - 0.5 + place.longitude / 360 + equationOfTimeMinutes / 1440;
		const hourAngle = 2 * Math.PI * turn;
		const latitude = place.latitude * DEGREE;
		const equatorial = Math.cos(declination) * Math.cos(hourAngle);
		this.up = Math.sin(latitude) * Math.sin(declination) + Math.cos(latitude) * equatorial;
		this.south = Math.sin(latitude) * equatorial - Math.cos(latitude) * Math.sin(declination);
		this.west = Math.cos(declination) * Math.sin(hourAngle);
	}

	/**
	 * Power in watts that a plant feeds in under a clear sky: direct light by the air that it passes (Meinel; air mass by
	 * Kasten and Young), a tenth of it again from the sky, and 15 % losses.
	 */
	clearSkyW(plant: SolarPlant): number {
		if (this.up <= 0) return 0;
		const elevation = Math.asin(this.up) / DEGREE;
		const airMass = 1 / (this.up + 0.50572 * (elevation + 6.07995) ** -1.6364);
		const direct = SOLAR_CONSTANT * 0.7 ** (airMass ** 0.678);
		const tilt = plant.tilt * DEGREE;
		const incidence = Math.max(0, this.up * Math.cos(tilt) + this.south * Math.sin(tilt));
		const light = direct * (incidence + 0.1 * this.up);
		return Math.min(plant.inverterW, plant.peakW * 0.85 * (light / 1000));
	}
}
