// Opens /docs in Chromium, tries a request as a reader would, and tells what it saw as JSON.
import { watched } from "./watched.mjs";

const base = process.argv[2];
const pictures = process.argv[3];
const seen = { requests: [], console: [], violations: [] };
const { browser, page } = await watched(seen);
try {
  await page.goto(base + "/docs/");
  seen.address = page.url();
  await page.waitForSelector(".opblock");
  seen.operations = await page.$$eval(".opblock-summary-operation-id", (all) => all.map((each) => each.textContent));
  const events = page.locator(".opblock", {
    has: page.locator(".opblock-summary-operation-id", { hasText: /^listEvents$/ }),
  });
  await events.locator(".opblock-summary-control").click();
  await events.locator(".parameters").first().waitFor();
  seen.parameters = await events
    .locator("tr[data-param-name]")
    .evaluateAll((all) => all.map((each) => each.dataset.paramName));
  seen.types = await page.$$eval(".parameter__type", (all) => all.map((each) => each.textContent));
  seen.version = await page.locator(".info .version").first().textContent();
  await events.locator(".try-out__btn").click();
  seen.buttons = await page.$$eval("button", (all) => all.map((each) => each.textContent));
  await events.locator("tr[data-param-name=limit] input").fill("3");
  await events.locator(".execute").click();
  await events.locator(".live-responses-table .response-col_status").first().waitFor();
  seen.status = await events.locator(".live-responses-table .response .response-col_status").first().textContent();
  seen.answer = await events.locator(".live-responses-table .highlight-code").first().textContent();
  seen.tried = await events.locator(".request-url").first().textContent();
  seen.models = await page.locator(".models").count();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await events.scrollIntoViewIfNeeded();
    seen[`width${width}`] = await page.evaluate(() => document.documentElement.scrollWidth);
    if (pictures) await page.screenshot({ path: `${pictures}/${width}.png` });
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
