import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface SlackSocket {
  /** Base URL for a Web API client: asks for a socket here, everything else there. */
  readonly apiUrl: string;
  /** Resolves when the bot is connected. */
  readonly connected: Promise<void>;
  /** Sends an envelope; what the bot acknowledges comes in `onAck`. */
  send(envelope: object): void;
  onAck: (envelopeId: string) => void;
  close(): Promise<void>;
}

/** The key that a WebSocket server answers the client's with (RFC 6455, 1.3). */
const acceptOf = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/** Slack's side of Socket Mode: `apps.connections.open` and one socket, in front of a stand-in for the rest. */
export async function startSlackSocket(restUrl: string): Promise<SlackSocket> {
  let socket: Socket | null = null;
  let connect: () => void = () => {};
  const connected = new Promise<void>((resolve) => {
    connect = resolve;
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.setHeader('content-type', 'application/json');
    if (request.url?.endsWith('/apps.connections.open')) {
      response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/socket` }));
      return;
    }
    const answer = await fetch(new URL((request.url ?? '').replace('/api/', ''), restUrl), {
      method: 'POST',
      headers: {
        authorization: String(request.headers.authorization),
        'content-type': String(request.headers['content-type']),
      },
      body: Buffer.concat(chunks),
    });
    response.end(await answer.text());
  });
  server.on('upgrade', (request, stream: Socket) => {
    const accept = acceptOf(String(request.headers['sec-websocket-key']));
    stream.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket = stream;
    stream.on('error', () => {
      // The bot hangs up at the end of the test.
    });
    let rest = Buffer.alloc(0);
    stream.on('data', (bytes) => {
      rest = Buffer.concat([rest, Buffer.from(bytes)]);
      for (let frame = readFrame(rest); frame !== null; frame = readFrame(rest)) {
        rest = rest.subarray(frame.length);
        if (frame.opcode === 8) stream.end(Buffer.from([0x88, 0]));
        if (frame.opcode === 1) opened.onAck(String(JSON.parse(frame.text).envelope_id));
      }
    });
    opened.send({ type: 'hello', num_connections: 1 });
    connect();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const opened: SlackSocket = {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    connected,
    send: (envelope) => void socket?.write(textFrame(JSON.stringify(envelope))),
    onAck: () => {},
    close: async () => {
      socket?.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return opened;
}

/** A whole text frame, unmasked as servers send it. */
function textFrame(text: string): Buffer {
  const body = Buffer.from(text);
  // The shortest form that holds the length: any other is an error of the protocol.
  const head = Buffer.alloc(body.length < 126 ? 2 : 4);
  head[0] = 0x81;
  head[1] = Math.min(body.length, 126);
  if (body.length >= 126) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** The first frame of what came, masked as clients send it; null while it is not whole. */
function readFrame(bytes: Buffer): { readonly opcode: number; readonly text: string; readonly length: number } | null {
  if (bytes.length < 6) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const at = short === 126 ? 4 : 2;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const length = at + 4 + size;
  if (bytes.length < length) return null;
  const mask = bytes.subarray(at, at + 4);
  const body = bytes.subarray(at + 4, length).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return { opcode: bytes.readUInt8(0) & 0x0f, text: Buffer.from(body).toString('utf8'), length };
}
