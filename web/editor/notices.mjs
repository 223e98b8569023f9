// Collects the licences of the packages that are bundled into the editor: their authors ask to be named.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const notices = Object.entries(packages)
  .filter(([directory, { dev }]) => directory !== "" && !dev)
  .map(([directory, { version, license }]) => {
    const file = readdirSync(directory).find((name) => /^licen[cs]e/i.test(name));
    const text = file ? readFileSync(`${directory}/${file}`, "utf8") : license;
    return `${directory.replace("node_modules/", "")} ${version}\n\n${text.trim()}\n`;
  });
writeFileSync("dist/editor.licenses.txt", notices.join("\n----\n\n"));
