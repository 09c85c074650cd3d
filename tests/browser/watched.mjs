// Chromium with a page on which everything is seen that a user would not: requests, messages, violations of the policy.
import { createRequire } from "node:module";

const { chromium } = createRequire(process.env.PLAYWRIGHT + "/node_modules/")("playwright-core");

// The browser and its page; what comes is added to `requests`, `console` and `violations` of SEEN.
export async function watched(seen, options = {}) {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && seen.console.push(message.text()));
  page.on("pageerror", (error) => seen.console.push(String(error)));
  await page.exposeFunction("violated", (text) => seen.violations.push(text));
  await page.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", (event) =>
      window.violated(`${event.violatedDirective} ${event.blockedURI}`),
    ),
  );
  return { browser, context, page };
}
