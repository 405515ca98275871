import { connect, createServer, type Socket } from 'node:net';

const readyForQuery = 0x5a; // 'Z'
const idle = 0x49; // 'I'

/**
 * A proxy that does to connections what PgBouncer does in transaction mode: whoever is not in a transaction has no
 * server connection, and gets the one used last by anybody when it speaks next. Returns a URL like `url` through it.
 */
export async function poolingProxy(url: string): Promise<{ url: string; close(): void }> {
  const target = new URL(url);
  const free: Socket[] = [];
  const waiting: { client: Client; data: Buffer }[] = [];
  const sockets = new Set<Socket>();

  interface Client {
    readonly socket: Socket;
    server: Socket | null;
  }

  const assign = (client: Client, server: Socket, data: Buffer): void => {
    client.server = server;
    server.removeAllListeners('data');
    let rest: Buffer = Buffer.alloc(0);
    server.on('data', (chunk: Buffer) => {
      client.socket.write(chunk);
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
        const isIdle = rest[0] === readyForQuery && rest[5] === idle;
        rest = rest.subarray(1 + rest.readInt32BE(1));
        if (isIdle) release(client, server);
      }
    });
    server.write(data);
  };
  const release = (client: Client, server: Socket): void => {
    client.server = null;
    const next = waiting.shift();
    if (next === undefined) free.push(server);
    else assign(next.client, server, next.data);
  };

  const listener = createServer((socket) => {
    sockets.add(socket);
    const client: Client = { socket, server: null };
    let isNew = true;
    socket.on('data', (data: Buffer) => {
      if (isNew) {
        isNew = false;
        const server = connect(Number(target.port), target.hostname);
        sockets.add(server);
        server.on('error', () => {});
        assign(client, server, data);
        return;
      }
      if (client.server !== null) {
        client.server.write(data);
        return;
      }
      const server = free.pop();
      if (server === undefined) waiting.push({ client, data });
      else assign(client, server, data);
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  const through = new URL(url);
  through.port = `${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    url: through.href,
    close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}
