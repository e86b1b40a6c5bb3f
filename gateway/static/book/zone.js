const known = Intl.supportedValuesOf?.("timeZone") ?? [];
const guessed = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The visitor's own zone; UTC where the browser cannot tell. */
export const ownZone = guessed && guessed !== "Etc/Unknown" ? guessed : "UTC";
export const allZones = [...new Set([...known, ownZone, "UTC"])].sort();

const formats = new Map();

function format(zone, part) {
  const key = `${zone} ${part}`;
  const fields = { year: "numeric", month: "2-digit", day: "2-digit" };
  const options = part === "day" ? fields : { timeZoneName: part };
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-CA", { timeZone: zone, ...options }));
  return formats.get(key);
}

/** The calendar day of an instant in a zone, "YYYY-MM-DD". */
export function dayIn(zone, instant) {
  const parts = format(zone, "day").formatToParts(new Date(instant));
  const { year, month, day } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${year}-${month}-${day}`;
}

/** "GMT+1": what tells the two passes of a repeated hour apart. */
export function offsetIn(zone, instant) {
  const parts = format(zone, "shortOffset").formatToParts(new Date(instant));
  return parts.find(({ type }) => type === "timeZoneName").value;
}

// Cities that browsers still list under a former name.
const RENAMED = {
  Asmera: "Asmara", Calcutta: "Kolkata", Faeroe: "Faroe", Godthab: "Nuuk", Katmandu: "Kathmandu",
  Kiev: "Kyiv", Rangoon: "Yangon", Saigon: "Ho Chi Minh City",
};

export function cityOf(zone) {
  const city = zone.split("/").pop();
  return RENAMED[city] ?? city.replaceAll("_", " ");
}

export const zoneName = (zone) => (zone === "UTC" ? zone : `${cityOf(zone)} time`);

/** "Berlin time (GMT+1)" as it stands at an instant; both offsets where they differ at a second one. */
export function zoneAt(zone, instant, later = instant) {
  const offsets = new Set([instant, later].map((each) => offsetIn(zone, each)));
  return zone === "UTC" ? zone : `${zoneName(zone)} (${[...offsets].join(", then ")})`;
}
