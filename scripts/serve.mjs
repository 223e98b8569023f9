// Serves a built folder to this machine alone: node serve.mjs FOLDER PORT [LOG]
// Port 0 takes a free one; the printed address names it. LOG is a file that gets a line for each request.
import { appendFileSync, createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";

const [folder, port, log] = process.argv.slice(2);
const root = resolve(folder);
const host = "127.0.0.1";
const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".yaml": "application/yaml; charset=utf-8",
};

/** The file that a request names, or undefined if there is none inside the folder. */
async function find(url) {
  try {
    let path = resolve(join(root, decodeURIComponent(new URL(url, "http://localhost").pathname)));
    if (path !== root && !path.startsWith(root + sep)) return undefined;
    if ((await stat(path)).isDirectory()) path = join(path, "index.html");
    const { size } = await stat(path);
    return { path, size };
  } catch {
    return undefined;
  }
}

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

const server = createServer(async (request, response) => {
  if (log) appendFileSync(log, `${request.method} ${request.url}\n`);
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return;
  }
  const file = await find(request.url);
  if (!file) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("not found\n");
    return;
  }
  response.writeHead(200, {
    "Cache-Control": "no-cache",
    "Content-Length": file.size,
    "Content-Type": types[extname(file.path)] ?? "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
  });
  if (request.method === "HEAD") response.end();
  else createReadStream(file.path).on("error", () => response.destroy()).pipe(response);
});

if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
  fail(`PORT=${port} is not a port number: choose one between 1024 and 65535, for example 'make playground PORT=8081'`);
}
server.on("error", ({ code, message }) => {
  if (code === "EADDRINUSE") {
    fail(`port ${port} is in use: end what listens there or choose another, for example 'make playground PORT=${(Number(port) + 1) % 65536}'`);
  }
  if (code === "EACCES") {
    fail(`port ${port} needs root: choose one above 1023, for example 'make playground PORT=8080'`);
  }
  fail(message);
});
server.listen(Number(port), host, () => {
  console.log(`==> mesh-ready is at http://${host}:${server.address().port}/ (Ctrl+C ends it)`);
});
