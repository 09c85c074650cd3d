// Takes the README's picture of the explorer from a service that it starts: PLAYWRIGHT=FOLDER node tools/picture.mjs RELATA OUT
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [relata, out] = process.argv.slice(2);
const { chromium } = createRequire(process.env.PLAYWRIGHT + "/node_modules/")("playwright-core");
const folder = mkdtempSync(join(tmpdir(), "relata-"));
const service = spawn(relata, ["serve", "--port", "0", "--db", join(folder, "relata.db")], {
  stdio: ["ignore", "ignore", "pipe"],
});
try {
  let address;
  for await (const line of createInterface({ input: service.stderr }))
    if ((address = /listening on (http\S+)/.exec(line)?.[1])) break;
  service.stderr.resume();
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-lcd-text"],
  });
  const page = await browser.newPage({
    viewport: { width: 1120, height: 660 },
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  await page.goto(`${address}/explore#/timeline?record=events/pressler-amendment-1990`);
  await page.waitForSelector(".panel h2");
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: out });
  await browser.close();
} finally {
  service.kill();
  rmSync(folder, { recursive: true, force: true });
}
