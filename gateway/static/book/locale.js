// The page speaks English; clock, week and order of dates follow the visitor's own habits.
const language = navigator.language || "en-GB";
const own = new Intl.Locale(language);

export const locale = own.language === "en" ? language : "en-GB";
export const { hourCycle } = new Intl.DateTimeFormat(language, { hour: "numeric" }).resolvedOptions();

/** The week's first day as Date counts: 0 is Sunday. */
export const weekStart = (own.getWeekInfo?.() ?? own.weekInfo ?? { firstDay: 1 }).firstDay % 7;
