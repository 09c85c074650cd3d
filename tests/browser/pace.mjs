// What the timeline costs the page's thread, in seconds of one core, however busy the machine is: node pace.mjs PAGE
import { watched } from "./watched.mjs";

const seen = { requests: [], console: [], violations: [] };
const { browser, context, page } = await watched(seen, { viewport: { width: 1280, height: 900 } });
try {
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spent = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value;
  };
  // What comes after a press of the button, until it is drawn.
  const press = async (name) => {
    const [before, draws] = [await spent(), await page.evaluate(() => performance.getEntriesByName("draw").length)];
    await page.evaluate(
      (label) =>
        [...document.querySelectorAll(".buttons button")]
          .find((each) => (each.ariaLabel ?? each.textContent) === label)
          .click(),
      name,
    );
    await page.waitForFunction((old) => performance.getEntriesByName("draw").length > old, draws);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
    return (await spent()) - before;
  };
  await page.goto(`${process.argv[2]}#/timeline?nature=all`);
  await page.waitForSelector("a.mark", { timeout: 120000 });
  seen.visit = await spent();
  seen.heading = await page.locator("main h1").textContent();
  seen.nearer = await press("Zoom in");
  seen.all = await press("All years");
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
