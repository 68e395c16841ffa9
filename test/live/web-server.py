"""web-server.py FOLDER PORT: gives the files of a folder, in writes of 1000 bytes."""

import asyncio
import os
import sys

folder, port = sys.argv[1], int(sys.argv[2])


async def serve(reader, writer):
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            method, target, *_ = head.split(b" ")
            path = folder + target.decode().split("?")[0]
            status, body = "404 None", b"none"
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    status, body = "200 OK", file.read()
            if b"\nIf-Modified-Since:" in head:
                status = "304 Same"
            elif b"\nExpect:" in head:
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            for line in head.split(b"\r\n"):
                if line.startswith(b"Content-Length:"):
                    await reader.readexactly(int(line.split(b":")[1]))
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
            if method != b"HEAD" and not status.startswith("304"):
                for at in range(0, len(body), 1000):
                    writer.write(body[at : at + 1000])
                    await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, ["127.0.0.1", "::1"], port, limit=100_000)
    await server.serve_forever()


asyncio.run(main())
