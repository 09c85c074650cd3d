// Uses the explorer in Chromium as a reader would, and tells what it saw as JSON: node explore.mjs PAGE [PICTURES]
import { createRequire } from "node:module";

const { chromium } = createRequire(process.env.PLAYWRIGHT + "/node_modules/")("playwright-core");
const page_address = process.argv[2], pictures = process.argv[3];
const seen = { requests: [], console: [], violations: [], visits: {} };
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
page.on("request", (request) => seen.requests.push(request.url()));
page.on("console", (message) => ["error", "warning"].includes(message.type()) && seen.console.push(message.text()));
page.on("pageerror", (error) => seen.console.push(String(error)));
await page.exposeFunction("violated", (text) => seen.violations.push(text));
await page.addInitScript(() => document.addEventListener("securitypolicyviolation",
  (event) => window.violated(`${event.violatedDirective} ${event.blockedURI}`)));

const settled = async () => {
  await page.waitForSelector("main:not([aria-busy]) *");
  await page.waitForSelector(".panel:not([aria-busy])", { state: "attached" });
};
const heading = () => page.locator("main h1").first().textContent();
const marks = () => page.locator("a.mark").count();
const fragment = () => new URL(page.url()).hash;
async function visit(hash) {
  const before = seen.requests.length;
  await page.goto("about:blank");
  await page.goto(page_address + hash);
  await settled();
  return seen.requests.slice(before);
}

try {
  seen.visits.first = await visit("");
  seen.ready = await page.evaluate(() => performance.now());
  seen.heading = await heading();
  seen.marks = await marks();

  // A filter is an address; back and forward go through them.
  await page.locator('[data-filter="era=gwot"]').check();
  await page.waitForFunction((old) => document.querySelector("main h1").textContent !== old, seen.heading);
  seen.filtered = { heading: await heading(), fragment: fragment(), eras: await page.locator('[data-filter^="era="]').count() };
  await page.goBack();
  await page.waitForFunction((old) => document.querySelector("main h1").textContent === old, seen.heading);
  seen.back = await heading();
  await page.goForward();
  await page.waitForFunction((old) => document.querySelector("main h1").textContent === old, seen.filtered.heading);

  // A record by keyboard: arrow keys walk, Enter opens, Escape closes.
  await page.locator('a.mark[tabindex="0"]').first().focus();
  await page.keyboard.press("ArrowRight");
  seen.tip = await page.locator(".tip strong").textContent();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".panel h2");
  seen.opened = { title: await page.locator(".panel h2").textContent(), fragment: fragment(), focused: await page.evaluate(() => document.activeElement.tagName) };
  await page.keyboard.press("Escape");
  await page.waitForSelector(".panel", { state: "hidden" });

  // Zoom by keyboard stands in the address.
  await page.locator('a.mark[tabindex="0"]').first().focus();
  await page.keyboard.press("+");
  await page.waitForFunction(() => location.hash.includes("from="));
  seen.zoomed = fragment();

  // A record that is linked to: everything of it.
  await visit("#/timeline?record=events/removal-of-imran-khan");
  await page.waitForSelector(".panel h2");
  seen.panel = await page.locator(".panel").innerText();
  await page.locator(".panel summary", { hasText: "Cite" }).click();
  await page.waitForSelector(".panel pre");
  seen.cite = await page.locator(".panel .later pre").allTextContents();
  await page.locator(".panel summary", { hasText: "History" }).click();
  await page.waitForSelector(".panel .history li");
  seen.history = await page.locator(".panel .history li strong").allTextContents();

  // Search as one types, by keyboard.
  await page.locator("[type=search]").pressSequentially("imran kh", { delay: 20 });
  await page.waitForSelector("#found [role=option]");
  seen.found = await page.locator("#found [role=option]").allTextContents();
  seen.highlights = await page.locator("#found mark").count();
  await page.keyboard.press("ArrowDown");
  seen.active = await page.locator("[type=search]").getAttribute("aria-activedescendant");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#found").hidden);
  seen.chosen = fragment();

  // What the service refuses is told in its words.
  seen.console = seen.console.filter(Boolean);
  await visit("#/timeline?era=gwott");
  seen.problem = await page.locator("main [role=alert]").innerText();
  seen.console = seen.console.filter((text) => !/status of 4/.test(text));

  await visit("#/timeline?as_of=2026.11");
  await page.waitForFunction(() => document.querySelector(".edition").textContent.includes("2026.11"));
  seen.as_of = { heading: await heading(), edition: await page.locator(".edition").textContent() };

  await visit("#/timeline?as=table");
  seen.rows = await page.locator("main tbody tr").count();

  for (const [width, scheme] of [[390, "light"], [1280, "light"], [1280, "dark"], [2560, "light"]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await visit("#/timeline");
    seen[`width${width}`] = await page.evaluate(() => document.documentElement.scrollWidth);
    if (pictures) await page.screenshot({ path: `${pictures}/timeline-${width}-${scheme}.png` });
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
