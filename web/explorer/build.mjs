// Bundles the explorer: node build.mjs MODULES OUT. MODULES has the packages of package-lock.json, OUT becomes what is served under /explore.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [modules, out] = process.argv.slice(2).map((folder) => resolve(folder));
const files = join(out, "explore");
const { build } = createRequire(join(modules, "package.json"))("esbuild");
await rm(out, { recursive: true, force: true });
await mkdir(files, { recursive: true });
const { metafile } = await build({
  entryPoints: [join(here, "src/main.ts"), join(here, "src/style.css")],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  metafile: true,
  logLevel: "warning",
  nodePaths: [join(modules, "node_modules")],
  loader: { ".woff2": "file" },
  outdir: files,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
});
const names = Object.keys(metafile.outputs).map((name) => basename(name));
const named = (start, end) => names.find((name) => name.startsWith(start) && name.endsWith(end));
const page = (await readFile(join(here, "explore.html"), "utf8"))
  .replace("{{script}}", named("main-", ".js"))
  .replace("{{style}}", named("style-", ".css"))
  .replace("{{font}}", named("inter", ".woff2"));
// As a folder that any server of files can serve, and as the pages that the program embeds.
await writeFile(join(out, "index.html"), page);
await writeFile(join(files, "explore.html"), page);
await cp(join(here, "static"), files, { recursive: true });
