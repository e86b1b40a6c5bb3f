// Tells the server in which zone to write times, from the next page on.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

if (timeZone) document.cookie = `bookonce-zone=${encodeURIComponent(timeZone)}; path=/; max-age=31536000; samesite=lax`;
