import { refusedBySlack } from '../messages/validate.ts';
import { type Arguments, flagArgument, textArgument } from './web-api.ts';
import { botUserId, type Workspace } from './workspace.ts';

/** What is posted to a response URL: five times in half an hour, without a token, as Slack takes it. */
export function respondTo(workspace: Workspace, id: string, body: Arguments | null, now: number): Response {
  const response = workspace.response(id);
  if (response === null) return new Response('no_service', { status: 404 });
  if (response.until < now) return refused('expired_url');
  if (response.usesLeft === 0) return refused('used_url');
  if (body === null) return refused('invalid_payload', 400);
  const original = response.originalTs === null ? null : workspace.message(response.channelId, response.originalTs);
  if (flagArgument(body, 'delete_original')) {
    response.usesLeft -= 1;
    if (original !== null) workspace.remove(original);
    return done();
  }
  const problem = refusedBySlack('message', body);
  if (problem !== null) return refused(problem, 400);
  response.usesLeft -= 1;
  const said = { text: textArgument(body, 'text'), blocks: Array.isArray(body.blocks) ? body.blocks : [] };
  if (flagArgument(body, 'replace_original') && original !== null) {
    workspace.edit(original, said);
    return done();
  }
  const isForAll = textArgument(body, 'response_type') === 'in_channel';
  const threadTs = textArgument(body, 'thread_ts') || response.threadTs;
  const added = workspace.add({
    channelId: response.channelId,
    threadTs: threadTs === '' ? null : threadTs,
    userId: botUserId,
    onlyFor: isForAll ? null : response.userId,
    metadata: null,
    ...said,
  });
  // A command has no message of its own: its first answer is what later ones replace.
  response.originalTs ??= added.ts;
  return done();
}

const done = (): Response => new Response('ok');
const refused = (error: string, status = 404): Response => Response.json({ ok: false, error }, { status });
