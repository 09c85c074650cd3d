// Uses the explorer in Chromium as a reader would, and tells what it saw as JSON: node explore.mjs PAGE whole|brief [PICTURES]
import { readFileSync } from "node:fs";

import { watched } from "./watched.mjs";

const axe = readFileSync(process.env.AXE, "utf8");
const page_address = process.argv[2];
const whole = process.argv[3] === "whole";
const pictures = process.argv[4];
const seen = { requests: [], console: [], violations: [], visits: {}, barriers: {}, views: {} };
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const { browser, context, page } = await watched(seen, { viewport: { width: 1280, height: 900 } });

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

// What axe-core finds on the page as it stands.
async function barriers(name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), WCAG);
  seen.barriers[name] = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ target, failureSummary }) => `${target} ${failureSummary}`)
        .join("; ")}`,
  );
}

try {
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  seen.visits.first = await visit("");
  const { metrics } = await session.send("Performance.getMetrics");
  seen.work = metrics.find(({ name }) => name === "TaskDuration").value;
  seen.drawn = await page.evaluate(() => performance.getEntriesByName("draw").length);
  seen.heading = await heading();
  seen.marks = await marks();

  // The releases are asked for when a reader goes to their choice.
  await page.locator(".release select").focus();
  await page.waitForFunction(() => document.querySelectorAll(".release option").length > 1);
  seen.releases = await page.locator(".release option").allTextContents();

  // A filter is an address; back and forward go through them.
  await page.locator('[data-filter="era=gwot"]').check();
  await page.waitForFunction((old) => document.querySelector("main h1").textContent !== old, seen.heading);
  seen.filtered = {
    heading: await heading(),
    fragment: fragment(),
    eras: await page.locator('[data-filter^="era="]').count(),
  };
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
  seen.opened = {
    title: await page.locator(".panel h2").textContent(),
    fragment: fragment(),
    focused: await page.evaluate(() => document.activeElement.tagName),
  };
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
  seen.differences = await page.locator(".panel .history ins").count();
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

  // A spelling that finds nothing: the nearest one is a click away, in the field and on the page.
  await page.locator("[type=search]").fill("musharaf");
  await page.waitForSelector("#found .meant");
  seen.meant = await page.locator("#found .meant").innerText();
  await page.locator("#found .meant").click();
  await page.waitForSelector("#found [data-record]");
  seen.spelling = await page.locator("[type=search]").inputValue();
  await visit("#/timeline?q=musharaf&nature=all");
  seen.nothing = await page.locator("main .empty").innerText();

  // A tie tells its trend by colour, and leads to the events that the two share.
  await visit("#/network");
  seen.trends = await page
    .locator("a.tie")
    .evaluateAll((all) => all.map((tie) => [tie.className.baseVal, tie.textContent]));
  await visit("#/network?as=table&era=gwot");
  const tie = page.locator("main tbody tr").first();
  seen.tie = {
    cells: await tie.locator("th, td").allTextContents(),
    api: await tie.locator("td a").last().getAttribute("href"),
  };
  await tie.locator(".number a").click();
  await page.waitForFunction(
    () => location.hash.startsWith("#/timeline") && document.querySelector("main h1")?.textContent.includes("record"),
  );
  seen.tie.heading = await heading();

  // The paper beside official records: years choose the figures.
  const beside = page.locator("main .compared");
  await visit("#/aid");
  seen.compared = {
    rows: await beside.locator("tbody tr").evaluateAll((all) =>
      all.map((row) => ({
        cells: [...row.cells].map(({ textContent }) => textContent),
        request: row.cells[2].querySelector("a")?.href,
        reasons: [...row.querySelectorAll("[data-reason]")].map(({ dataset }) => dataset.reason),
      })),
    ),
    links: await beside.locator(".files a").evaluateAll((all) => all.map(({ href }) => href)),
  };
  await beside.locator("select").selectOption({ index: 1 });
  await page.waitForFunction(
    (all) => ![all, 0].includes(document.querySelectorAll(".compared tbody tr").length),
    seen.compared.rows.length,
  );
  seen.compared.chosen = {
    years: await beside.locator("select").inputValue(),
    titles: await beside.locator("tbody th a").allTextContents(),
  };
  await visit("#/aid?fiscal_year=1948");
  seen.compared.none = await beside.locator(".empty").innerText();
  await visit("#/aid?fiscal_year=19x8");
  seen.compared.problem = await page.locator("main [role=alert]").innerText();

  // What the service refuses is told in its words.
  await visit("#/timeline?era=gwott");
  seen.problem = await page.locator("main [role=alert]").innerText();
  seen.console = seen.console.filter((text) => !/status of 4/.test(text));

  await visit("#/timeline?as_of=2026.11");
  await page.waitForFunction(() => document.querySelector(".edition").textContent.includes("2026.11"));
  seen.as_of = { heading: await heading(), edition: await page.locator(".edition").textContent() };

  await visit("#/timeline?as=table");
  seen.rows = await page.locator("main tbody tr").count();

  // A service that fails is told, and asked again by hand; one that is slow leaves what was there.
  const events = /\/v1\/events\?/;
  await visit("#/timeline");
  await page.route(events, (route) => route.abort());
  await page.locator('[data-filter="era=gwot"]').check();
  await page.waitForSelector("main [role=alert]");
  seen.failed = await page.locator("main [role=alert]").innerText();
  await page.unroute(events);
  await page.locator("main [role=alert] button").click();
  await page.waitForSelector("main h1");
  seen.again = await heading();
  await page.route(events, async (route) => {
    await new Promise((done) => setTimeout(done, 1500));
    await route.continue();
  });
  await page.locator('[data-filter="era=gwot"]').uncheck();
  await page.waitForSelector("main[aria-busy] h1");
  seen.slow = await heading();
  await page.waitForSelector("main:not([aria-busy])");
  await page.unroute(events);
  seen.console = seen.console.filter((text) => !/ERR_FAILED/.test(text));

  const VIEWS = {
    timeline: "",
    record: "#/timeline?record=events/removal-of-imran-khan",
    empty: "#/timeline?era=early&kind=sanction",
    rows: "#/timeline?rows=theme&nature=all",
    table: "#/timeline?as=table",
    aid: "#/aid",
    constant: "#/aid?dollars=constant",
    figures: "#/aid?as=table",
    figure: "#/aid?record=aid/aid-621-million-suspended",
    network: "#/network",
    ties: "#/network?as=table",
    sources: "#/sources",
    source: "#/sources?record=references/munshi-2022",
    about: "#/about",
    words: "#/about",
  };
  for (const [name, hash] of Object.entries(VIEWS)) {
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    const asked = await visit(hash);
    seen.visits[name] = asked.filter((address) => address.includes("/v1/"));
    if (name === "aid" || name === "constant") {
      const pictures = page.locator('svg[aria-label*="a column for each fiscal year"]');
      await pictures.first().waitFor();
      seen.columns ??= {};
      seen.columns[name] = {
        pictures: await pictures.count(),
        columns: await pictures.locator(".columns rect").count(),
        files: await page
          .locator('main .files a[href*="series?"]')
          .evaluateAll((all) => all.map(({ search }) => search)),
      };
    }
    if (name === "words")
      await page.evaluate(() =>
        document.querySelectorAll("main details").forEach((each) => {
          each.open = true;
        }),
      );
    seen.views[name] = await page.locator("main").innerText();
    for (const [width, scheme] of whole
      ? [
          [1280, "light"],
          [1280, "dark"],
          [390, "light"],
          [2560, "light"],
        ]
      : [[390, "dark"]]) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: width > 2000 ? 1300 : 900 });
      await page.waitForTimeout(150);
      if (whole && width < 2000) await barriers(`${name} ${width} ${scheme}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) (seen.wide ??= []).push(`${name}: ${wide} > ${width}`);
      if (pictures) await page.screenshot({ path: `${pictures}/${name}-${width}-${scheme}.png` });
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
