// The explorer for readers of names from right to left, on paper, and without motion: node readers.mjs PAGE [PICTURES]
import { watched } from "./watched.mjs";

const [page_address, pictures] = process.argv.slice(2);
const seen = { requests: [], console: [], violations: [], names: {}, pages: {} };
const { browser, page } = await watched(seen, { viewport: { width: 1280, height: 900 } });

async function visit(hash) {
  await page.goto("about:blank");
  await page.goto(page_address + hash);
  await page.waitForSelector("main:not([aria-busy]) *");
  await page.waitForSelector(".panel:not([aria-busy])", { state: "attached" });
}

// Each text in Arabic letters: whether it ends to the left of where it begins, and whether what stands beside it is kept apart.
const texts = () =>
  page.evaluate(() => {
    const found = [];
    const range = document.createRange();
    const left = (node, index) => {
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      return range.getBoundingClientRect().left;
    };
    const apart = (element) => {
      const { direction, unicodeBidi } = getComputedStyle(element);
      if (unicodeBidi === "normal") return apart(element.parentElement);
      return unicodeBidi === "plaintext" || (unicodeBidi === "isolate" && direction === "rtl");
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (!/[\u0600-\u06ff]/.test(node.data) || !element.checkVisibility()) continue;
      const leftward = left(node, node.length - 1) < left(node, 0);
      const svg = element instanceof SVGElement;
      found.push({ text: node.data, svg, leftward, apart: svg || apart(element) });
    }
    return found;
  });

try {
  const VIEWS = {
    record: "#/timeline?record=actors/imran-khan&actor=imran-khan&nature=all",
    event: "#/timeline?record=events/removal-of-imran-khan",
    network: "#/network",
    ties: "#/network?as=table",
  };
  for (const [name, hash] of Object.entries(VIEWS)) {
    await visit(hash);
    seen.names[name] = await texts();
    if (pictures) await page.screenshot({ path: `${pictures}/rtl-${name}.png` });
  }
  await page.locator("[type=search]").pressSequentially("خان", { delay: 20 });
  await page.waitForSelector("#found [role=option]");
  seen.names.search = await texts();
  if (pictures) await page.screenshot({ path: `${pictures}/rtl-search.png` });

  // On paper: nothing to click, everything to read, dark on light whatever the screen is, no wider than the sheet.
  for (const [name, hash] of Object.entries({ timeline: "#/timeline", aid: "#/aid", network: "#/network" })) {
    await visit(hash);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.setViewportSize({ width: 718, height: 1000 });
    seen.pages[name] = await page.evaluate(() => {
      const shown = (selector) => [...document.querySelectorAll(selector)].some((each) => each.checkVisibility());
      const most = Math.max(...[...document.querySelectorAll("svg")].map((svg) => svg.getBoundingClientRect().right));
      const { backgroundColor: background, color } = getComputedStyle(document.documentElement);
      return {
        controls: shown("button, select, input, nav"),
        picture: shown("main svg"),
        legend: shown(".legend"),
        most,
        background,
        color,
      };
    });
    if (pictures) await page.pdf({ path: `${pictures}/print-${name}.pdf`, format: "A4" });
    await page.emulateMedia({ media: "screen", colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 900 });
  }

  seen.motion = {};
  for (const reducedMotion of ["no-preference", "reduce"]) {
    await page.emulateMedia({ reducedMotion });
    seen.motion[reducedMotion] = await page.evaluate(() => {
      document.querySelector("main").setAttribute("aria-busy", "true");
      return [...document.querySelectorAll("*")].some((each) =>
        [getComputedStyle(each).transitionDuration, getComputedStyle(each).animationDuration].some(
          (time) => time !== "0s",
        ),
      );
    });
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
