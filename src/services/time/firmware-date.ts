/** 2026-11-01T00:00:00Z, before this version was made: no clock that is right shows less. Raised with each release. */
export const FIRMWARE_DATE_MS = 1_793_491_200_000;
