// Builds into lms/static/dist: hashed files, manifest.json (found by the server's asset()), and a .gz beside each.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;
const out = resolve(here, "../lms/static/dist");

/** Pictures that templates name themselves: hashed like the rest and listed in the manifest as src/<name>. */
function pictures(...names: string[]): Plugin {
  return {
    name: "pictures",
    buildStart() {
      for (const name of names) {
        const source = readFileSync(resolve(here, "src", name), "utf8");
        this.emitFile({ type: "asset", name, originalFileName: `src/${name}`, source });
      }
    },
  };
}

/** A .gz beside every text file that it makes smaller. */
function gzipped(): Plugin {
  return {
    name: "gzipped",
    writeBundle() {
      for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|svg)$/.test(entry.name)) continue;
        const path = resolve(entry.parentPath, entry.name);
        const plain = readFileSync(path);
        const packed = gzipSync(plain, { level: 9 });
        if (packed.length < plain.length) writeFileSync(`${path}.gz`, packed);
      }
    },
  };
}

export default defineConfig({
  root: here,
  base: "./",
  plugins: [pictures("icons.svg", "favicon.svg"), gzipped()],
  build: {
    outDir: out,
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // htmx carries an eval that our settings (allowEval: false) never reach.
    rolldownOptions: {
      input: { main: resolve(here, "src/main.ts"), theme: resolve(here, "src/theme.ts") },
      checks: { eval: false },
    },
  },
});
