// What the Slack preview needs beside htmx: the stream of changes, the dialog, choices that act at once.
(() => {
  const find = (selector) => document.querySelector(selector);
  const dialog = find('#sp-dialog');
  if (!dialog) return;

  // The server says that something changed; the page asks for its parts.
  let stream = null;
  let shown = '';
  function listen() {
    const { events } = find('#sp-live').dataset;
    if (document.hidden) return stream?.close();
    if (stream && stream.readyState !== 2 && shown === events) return;
    stream?.close();
    shown = events;
    stream = new EventSource(events);
    const changed = () => document.body.dispatchEvent(new CustomEvent('slack:changed'));
    stream.addEventListener('changed', changed);
    stream.addEventListener('open', changed);
  }
  document.addEventListener('visibilitychange', listen);
  addEventListener('pagehide', () => stream?.close());

  // The newest message is in sight, unless somebody reads older ones.
  const lists = () => [...document.querySelectorAll('[data-scroll]')];
  const isAtEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 160;
  const toEnd = () => {
    for (const list of lists()) list.scrollTop = list.scrollHeight;
  };
  let wasAtEnd = true;
  // A pressed button may be gone afterwards: the keyboard goes on from its message.
  let pressedIn = '';
  document.addEventListener('htmx:before:swap', () => {
    wasAtEnd = lists().every(isAtEnd);
    pressedIn = document.activeElement.closest('.sp-message')?.id ?? '';
  });

  // The modal is a real one: focus stays inside and comes back.
  let before = null;
  let title = null;
  function showModal() {
    const view = find('#sp-title');
    if (!view) {
      if (dialog.open) dialog.close();
      if (title && before?.isConnected) before.focus();
      title = null;
      return;
    }
    // Also when a form took the place of its loading view.
    const isNew = view !== title || document.activeElement === view;
    if (!dialog.matches(':modal')) {
      if (title === null) before = document.activeElement;
      dialog.close();
      dialog.showModal();
    }
    title = view;
    const wrong = dialog.querySelector('[aria-invalid]');
    if (wrong) wrong.focus();
    else if (isNew) (dialog.querySelector('[autofocus], .sp-modal-body :is(input, select, textarea)') ?? view).focus();
  }
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    dialog.querySelector('[data-close-all]')?.click();
  });

  document.addEventListener('htmx:after:swap', () => {
    showModal();
    if (wasAtEnd) toEnd();
    if (pressedIn && document.activeElement === document.body) {
      document.getElementById(pressedIn)?.focus({ preventScroll: true });
    }
  });
  document.addEventListener('htmx:after:request', (event) => {
    if (event.target.matches?.('.sp-box')) event.target.reset();
  });

  // A link that is a button: Slack opens it and tells the app.
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-press]');
    const form = link?.closest('form');
    if (!form) return;
    const body = new FormData(form);
    body.append('press', link.dataset.press);
    fetch('/slack-preview/press', { method: 'POST', body });
  });
  // What acts at once in Slack acts at once here.
  document.addEventListener('change', (event) => {
    if (!event.target.name?.startsWith('held:')) return;
    event.target.closest('[data-acts]')?.querySelector('button[name=press]')?.click();
  });

  listen();
  showModal();
  toEnd();
  if (!dialog.open) find('#sp-text')?.focus({ preventScroll: true });
})();
