/** web-server.mjs FOLDER PORT: gives the files of FOLDER/pages, in chunks, and writes to FOLDER/log. */
import { appendFileSync, createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';

const [folder, port] = process.argv.slice(2);
/** What a connection has read and written before its next request. */
const before = new WeakMap();

createServer({ maxHeaderSize: 100_000 }, (request, response) => {
  const { method, url, headers, socket } = request;
  const { pathname } = new URL(url, 'http://test');
  const path = `${folder}/pages${pathname}`;
  response.on('finish', () => {
    const { read, written } = before.get(socket) ?? { read: 0, written: 0 };
    before.set(socket, { read: socket.bytesRead, written: socket.bytesWritten });
    const bytes = `${socket.bytesRead - read} ${socket.bytesWritten - written}`;
    appendFileSync(`${folder}/log`, `${method} ${pathname} ${response.statusCode} ${bytes} ${process.pid}\n`);
  });
  if (headers['if-modified-since']) return response.writeHead(304).end();
  if (!existsSync(path)) return response.writeHead(404).end('none');
  if (method === 'HEAD') return response.end();
  request.resume().on('end', () => createReadStream(path).pipe(response));
}).listen(Number(port), '::');
