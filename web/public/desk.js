// Behaviour that HTML and htmx do not have. Every page works without it.
(() => {
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const dialog = find('#dialog');
  const say = (name) => document.body.dispatchEvent(new CustomEvent(name, { bubbles: true }));

  // Dialogs: an address that is a page opens in the one <dialog>.
  async function openDialog(href) {
    if (!dialog || !window.htmx) return location.assign(href);
    await htmx.ajax('GET', href, { target: '#dialog-body', swap: 'innerHTML' });
    if (find('#dialog-body').childElementCount > 0 && !dialog.open) dialog.showModal();
    focusIn(find('#dialog-body'));
  }

  function focusIn(part) {
    (find('[data-focus], [autofocus], [aria-invalid]', part) ?? find('#dialog-title', part))?.focus();
  }

  const closeDialog = () => dialog?.close();
  dialog?.addEventListener('close', () => find('#dialog-body').replaceChildren());
  dialog?.addEventListener('click', (event) => {
    if (event.target === dialog) closeDialog();
  });

  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    const opener = target.closest('a[data-dialog]');
    if (opener && plain && !event.defaultPrevented) {
      event.preventDefault();
      closeMenus();
      openDialog(opener.href);
      return;
    }
    if (target.closest('[data-close]')) closeDialog();
    if (target.closest('[data-print]')) window.print();
    const copier = target.closest('[data-copy]');
    if (copier) copy(copier);
    const more = target.closest('a[data-menu]');
    const wasOpen = more?.ariaExpanded === 'true';
    closeMenus(target);
    if (more && plain) {
      event.preventDefault();
      if (!wasOpen) openMenu(more);
    }
    const link = rowLink(target.closest('tbody tr'));
    if (link && plain && !target.closest('a, button, input, label, summary, .panel') && !String(getSelection())) {
      location.assign(link.href);
    }
  });

  // The actions of a row are fetched when they are asked for.
  function openMenu(more) {
    const panel = document.createElement('div');
    panel.className = 'panel';
    panel.dataset.floating = '';
    more.after(panel);
    more.setAttribute('aria-expanded', 'true');
    htmx.ajax('GET', `${more.getAttribute('href')}/menu`, { target: panel, swap: 'innerHTML' }).then(() => {
      const { top, bottom } = panel.getBoundingClientRect();
      if (bottom > innerHeight && top > innerHeight / 2) panel.classList.add('up');
      find('a', panel)?.focus();
    });
  }
  function closeMenus(but) {
    for (const menu of all('details.menu[open]')) if (!menu.contains(but)) menu.open = false;
    if (but?.closest('.panel')) return;
    for (const panel of all('[data-floating]')) {
      panel.previousElementSibling?.setAttribute('aria-expanded', 'false');
      panel.remove();
    }
  }
  const rowLink = (row) => row && find('a.id', row);

  async function copy(button) {
    await navigator.clipboard?.writeText(button.dataset.copy).catch(() => {});
    button.classList.add('done');
    setTimeout(() => button.classList.remove('done'), 1200);
  }

  // A form is sent once; its button says so.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.matches('form[data-dialog]')) {
      event.preventDefault();
      const action = event.submitter?.formAction || form.action;
      openDialog(`${action}?${new URLSearchParams(new FormData(form))}`);
      return;
    }
    // One that opens another tab may be pressed again.
    if (form.method !== 'post' || form.hasAttribute('hx-post') || form.target === '_blank') return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = '1';
    event.submitter?.setAttribute('aria-disabled', 'true');
  });
  window.addEventListener('pageshow', () => {
    for (const form of all('form[data-sent]')) delete form.dataset.sent;
  });

  // Toasts live above dialogs and go by themselves.
  const toasts = find('#toasts');
  function watchToasts() {
    if (!toasts) return;
    const shown = all('[data-toast]', toasts);
    if (shown.length > 0 && toasts.showPopover && !toasts.matches(':popover-open')) {
      toasts.popover = 'manual';
      toasts.showPopover();
    }
    for (const toast of shown.filter((one) => !one.dataset.timed)) {
      toast.dataset.timed = '1';
      setTimeout(() => toast.remove(), Number(toast.dataset.toast) * 1000);
    }
  }

  // Silence must not be taken for done. What the page asks by itself may fail unseen: it asks again.
  const lost = 'No answer from the desk. Look whether it was done, then try again.';
  document.addEventListener('htmx:error', ({ detail: { ctx } }) => {
    if (!toasts || !ctx || ctx.sourceElement?.matches('[hx-trigger]')) return;
    toasts.insertAdjacentHTML('beforeend', `<div class="toast" data-toast="20">${lost}</div>`);
    watchToasts();
  });

  // Selection.
  const picks = () => all('input.pick');
  function showPicked() {
    const count = picks().filter((pick) => pick.checked).length;
    const bar = find('#bulk');
    const words = find('[data-picked]');
    if (bar) bar.hidden = count === 0;
    if (words) words.textContent = count === 1 ? '1 order selected' : `${count} orders selected`;
    for (const word of all('[data-pick-word]')) word.textContent = `${word.dataset.pickWord} ${count}`;
    const head = find('[data-pick-all]');
    if (head) {
      head.checked = count > 0 && count === picks().length;
      head.indeterminate = count > 0 && !head.checked;
    }
    return count;
  }
  function pickAll(checked) {
    for (const pick of picks()) pick.checked = checked;
    showPicked();
  }
  let lastPick = null;
  document.addEventListener('click', (event) => {
    if (!event.target.matches?.('input.pick')) return;
    const list = picks();
    const [from, to] = [list.indexOf(lastPick), list.indexOf(event.target)];
    if (event.shiftKey && from >= 0) {
      for (const pick of list.slice(Math.min(from, to), Math.max(from, to) + 1)) pick.checked = event.target.checked;
    }
    lastPick = event.target;
  });
  document.addEventListener('change', (event) => {
    if (event.target.matches?.('[data-pick-all]')) pickAll(event.target.checked);
    if (event.target.matches?.('input.pick')) showPicked();
  });

  // Keys.
  const places = { o: '/orders', h: '/held', u: '/outbound', v: '/', s: '/stores', m: '/mappings', l: '/sync-log' };
  let cursor = -1;
  let went = 0;
  const rows = () => all('main tbody tr').filter(rowLink);
  function moveTo(index) {
    const list = rows();
    if (list.length === 0) return;
    cursor = Math.max(0, Math.min(list.length - 1, index));
    for (const row of list) row.classList.toggle('cursor', row === list[cursor]);
    list[cursor].scrollIntoView({ block: 'nearest' });
    rowLink(list[cursor]).focus({ preventScroll: true });
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      closeMenus();
      if (!dialog?.open && showPicked() > 0) pickAll(false);
      return;
    }
    if (event.target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable], dialog')) return;
    const key = event.key;
    const row = rows()[cursor];
    if (Date.now() - went < 1000 && places[key]) location.assign(places[key]);
    else if (key === 'g') went = Date.now();
    else if (key === '/') find('#search')?.focus();
    else if (key === '?') find('#keys')?.showModal();
    else if (key === 'j') moveTo(cursor + 1);
    else if (key === 'k') moveTo(cursor - 1);
    else if (key === 'x' && row) find('input.pick', row)?.click();
    else if (key === 'Enter' && row && event.target.tagName !== 'A' && event.target.tagName !== 'BUTTON') {
      location.assign(rowLink(row).href);
    } else if (key === 'd' && showPicked() > 0) find('#bulk [data-key=d]')?.click();
    else if (key === 'd' && row) openDialog(`${rowLink(row).href}/dispatch`);
    else if (key === 'd') find('a[data-key=d]')?.click();
    else if (key === 'b') find('a[data-key=b]', row ?? document)?.click();
    else return;
    event.preventDefault();
  });

  // Live: what changed is drawn again. Rows that somebody works on stay where they are: a button offers the change.
  function changed() {
    say('desk:changed');
    const region = find('#region');
    if (!region) return;
    const stale = find('[data-stale]', region);
    const busy = scrollY > 200 || showPicked() > 0 || region.contains(document.activeElement);
    if (stale && (busy || dialog?.open)) stale.hidden = false;
    else if (!dialog?.open && !find('details[open]', region)) say('desk:refresh');
  }
  // Something was done. After `desk:acted` the dialog stays, with the results.
  function acted(event) {
    if (event.type === 'desk:done') closeDialog();
    pickAll(false);
    say('desk:changed');
    say('desk:refresh');
  }
  for (const name of ['desk:done', 'desk:acted']) document.body.addEventListener(name, acted);
  // A browser keeps six connections to a host: only the pages that are seen listen.
  let events = null;
  function listen() {
    if (document.hidden || events || !find('.frame')) return;
    events = new EventSource('/events');
    events.addEventListener('changed', changed);
  }
  function rest() {
    events?.close();
    events = null;
  }
  function wake() {
    if (document.hidden) return rest();
    listen();
    changed();
  }
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('pagehide', rest);
  window.addEventListener('pageshow', (event) => event.persisted && wake());
  listen();

  // htmx leaves focus and menus alone; errors of forms take the focus.
  document.addEventListener('htmx:after:swap', (event) => {
    const target = event.detail?.ctx?.target;
    if (target?.id === 'dialog-body') focusIn(target);
    watchToasts();
    showPicked();
  });
  watchToasts();
  showPicked();
  focusIn(find('main') ?? document);
})();
