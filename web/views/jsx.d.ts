import 'hono/jsx';

declare module 'hono/jsx' {
  namespace JSX {
    interface IntrinsicElements {
      /** htmx 4: a part of an answer that goes somewhere else than the target. */
      'hx-partial': Hono.HTMLAttributes;
    }
  }
}
