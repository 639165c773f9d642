import { expect, type Page } from "@playwright/test";

/** A server action as the browser sends it. */
export interface Action {
  headers: Record<string, string>;
  body: string;
}

/** What pressing Run migration sends; it does not reach the server. */
export async function captureAction(page: Page): Promise<Action> {
  const sent: Action[] = [];
  await page.route("**/*", async (route) => {
    const request = route.request();
    if (request.method() !== "POST") return route.continue();
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    sent.push({ headers: { ...(await request.allHeaders()), cookie }, body: request.postData() ?? "" });
    return route.abort();
  });
  await page.goto("/");
  await page.getByRole("button", { name: "Run migration" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("did not answer");
  await page.unroute("**/*");
  const [action] = sent;
  if (action === undefined) throw new Error("Pressing the button sent nothing.");
  return action;
}
