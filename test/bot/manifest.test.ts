import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commands } from '../../bot/commands/index.ts';
import { subscribedEvents } from '../../bot/listeners/events.ts';
import { eventScopes, methodScopes, neededScopes, scopeWords } from '../../bot/scopes.ts';
import { shortcuts } from '../../bot/shortcuts/index.ts';
import { parseYaml } from '../support/yaml.ts';

const bot = resolve(import.meta.dirname, '../../bot');
const text = readFileSync(join(bot, 'manifest.yaml'), 'utf8');
const endpoint = 'https://desk.example.com/slack/events';

/** What Slack's schema of a manifest allows, as far as we use it: anything else is refused at creation. */
const manifest = z
  .strictObject({
    display_information: z.strictObject({
      name: z.string().max(35),
      description: z.string().max(140),
      background_color: z.string().regex(/^#[0-9a-f]{6}$/),
    }),
    features: z.strictObject({
      app_home: z.strictObject({
        home_tab_enabled: z.literal(true),
        messages_tab_enabled: z.boolean(),
        messages_tab_read_only_enabled: z.boolean(),
      }),
      bot_user: z.strictObject({ display_name: z.string().max(80), always_online: z.boolean() }),
      shortcuts: z.array(
        z.strictObject({
          name: z.string().max(24),
          type: z.enum(['global', 'message']),
          callback_id: z.string().max(255),
          description: z.string().max(150),
        }),
      ),
      slash_commands: z.array(
        z.strictObject({
          command: z.string().max(32),
          url: z.literal(endpoint),
          description: z.string().max(2_000),
          usage_hint: z.string().max(1_000),
          should_escape: z.literal(true),
        }),
      ),
      unfurl_domains: z.array(z.string()).max(5),
    }),
    oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()).max(255) }) }),
    settings: z.strictObject({
      event_subscriptions: z.strictObject({
        request_url: z.literal(endpoint),
        bot_events: z.array(z.string()).max(100),
      }),
      interactivity: z.strictObject({
        is_enabled: z.literal(true),
        request_url: z.literal(endpoint),
        message_menu_options_url: z.literal(endpoint),
      }),
      org_deploy_enabled: z.boolean(),
      socket_mode_enabled: z.literal(false),
      token_rotation_enabled: z.literal(false),
    }),
  })
  .parse(parseYaml(text));

/** The bot's own source, without the pretended Slack of the preview. */
const sources = readdirSync(bot, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('preview'))
  .map((file) => readFileSync(join(bot, file), 'utf8'))
  .join('\n');

describe('the app’s manifest', () => {
  it('declares the one slash command, with every word of it in the hint', () => {
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual(['/orders']);
    const [, ...hints] = manifest.features.slash_commands[0]?.usage_hint.split(' | ') ?? [];
    expect(['help', ...hints].toSorted()).toEqual(commands.map(({ word }) => word).toSorted());
    const handled = [...sources.matchAll(/app\.command\(\s*'([^']+)'/g)].map(([, command]) => command);
    expect(handled).toEqual(['/orders']);
  });

  it('declares the shortcuts that the bot answers, no other', () => {
    const declared = manifest.features.shortcuts.map(({ callback_id: id, type }) => ({ id, type }));
    expect(declared).toEqual(shortcuts.map(({ id, type }) => ({ id, type })));
  });

  it('subscribes to the events that the bot listens to, no other', () => {
    const handled = [...sources.matchAll(/app\.event\(\s*'([^']+)'/g)].map(([, event]) => event ?? '');
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(handled);
    expect([...subscribedEvents]).toEqual(handled);
    expect(Object.keys(eventScopes)).toEqual(handled);
  });

  it('asks for the scopes of the methods that are called, no other', () => {
    const method =
      /\b(?:client|asking)\s*\.\s*(apps|auth|chat|conversations|files|reactions|users|views|bots|team)\.([a-zA-Z.]+)\(/g;
    const called = [...sources.matchAll(method)].map(([, area, name]) => `${area}.${name}`);
    expect(called.length).toBeGreaterThan(10);
    expect([...new Set(called)].filter((name) => methodScopes[name] === undefined)).toEqual([]);
    const unused = Object.keys(methodScopes).filter((name) => !called.includes(name));
    expect(unused).toEqual([]);
    expect(manifest.oauth_config.scopes.bot).toEqual(neededScopes);
    expect(Object.keys(scopeWords).toSorted()).toEqual(neededScopes);
  });

  it('recognizes links by the host that serves the desk', () => {
    expect(manifest.features.unfurl_domains).toEqual([new URL(endpoint).host]);
  });

  it('says what to change for Socket Mode, and stays a manifest that way', () => {
    expect(text).toContain('Socket Mode: set socket_mode_enabled to true');
    const socket = text
      .split('\n')
      .filter((line) => line.startsWith('#') || !line.includes('/slack/events'))
      .join('\n')
      .replace('socket_mode_enabled: false', 'socket_mode_enabled: true');
    expect(text.split('\n').filter((line) => !line.startsWith('#') && line.includes('/slack/events'))).toHaveLength(4);
    expect(parseYaml(socket)).toMatchObject({
      settings: { socket_mode_enabled: true, event_subscriptions: { bot_events: [...subscribedEvents] } },
    });
  });
});
