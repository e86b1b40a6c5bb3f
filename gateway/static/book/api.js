/** One call to the gateway: `{status, data}` or `{status, problem}`. Never rejects. */
export async function call(method, url, { text, headers = {} } = {}) {
  try {
    const answer = await fetch(url, {
      method,
      body: text,
      cache: "no-store",
      headers: { Accept: "application/json", ...(text && { "Content-Type": "application/json" }), ...headers },
      signal: AbortSignal.timeout(20_000),
    });
    return answer.ok ? { status: answer.status, data: (await answer.json()).data } : await refusal(answer);
  } catch {
    return { status: 0, problem: { code: "unreachable", errors: [] } };
  }
}

async function refusal(answer) {
  const said = await answer.json().catch(() => ({}));
  const code = said.code ?? (answer.status < 500 ? "invalid_request" : "unavailable");
  return { status: answer.status, problem: { code, detail: said.detail, errors: said.errors ?? [] } };
}

/** Worth asking again: nothing was decided. */
export const passing = ({ status }) => status === 0 || status === 429 || status >= 500;
