import type { Child, PropsWithChildren } from 'hono/jsx';
import type { Refusal } from '../../core/result.ts';
import { exactTime, moneyText, relativeTime, shortCount, shortText } from './format.ts';

/** Shapes of a status: square red, triangle amber, half circle blue, ring, disc green, bar grey. */
export type Tone = 'hold' | 'wait' | 'flow' | 'info' | 'ok' | 'off';

export const Badge = ({ tone, children }: PropsWithChildren<{ tone: Tone }>) => (
  <span class={`badge ${tone}`}>{children}</span>
);

/** The head of every page: title, one line of what it is, the main action at the right. */
export const PageHead = ({ title, lede, children }: PropsWithChildren<{ title: Child; lede?: Child }>) => (
  <div class="head">
    <div>
      <h1>{title}</h1>
      {lede === undefined ? null : <p>{lede}</p>}
    </div>
    {children === undefined ? null : <div class="actions">{children}</div>}
  </div>
);

/** Time as people say it, the exact one on hover. `timeZone` is the merchant's. */
export const When = ({
  at,
  now,
  timeZone,
  class: className,
}: {
  at: Date;
  now: Date;
  timeZone: string;
  class?: string;
}) => (
  <time datetime={at.toISOString()} title={exactTime(at, timeZone)} class={className}>
    {relativeTime(at, now, timeZone)}
  </time>
);

export const Money = ({ amount, currency }: { amount: string | null; currency: string }) =>
  amount === null ? <span class="muted">—</span> : <>{moneyText(amount, currency)}</>;

/** A number beside a name; nothing for zero. */
export const Count = ({
  value,
  tone,
  limit,
  label,
}: {
  value: number;
  tone?: 'hot' | 'warm';
  limit?: number;
  label: string;
}) =>
  value === 0 ? null : (
    <span class={tone === undefined ? 'count' : `count ${tone}`}>
      {shortCount(value, limit)}
      <span class="sr"> {label}</span>
    </span>
  );

/** A long id, shortened in the middle, with its copy button beside it. */
export const ShortId = ({ text, href, longest }: { text: string; href?: string; longest?: number }) => (
  <>
    {href === undefined ? (
      <span title={text}>{shortText(text, longest)}</span>
    ) : (
      <a class="id" href={href} title={text}>
        {shortText(text, longest)}
      </a>
    )}{' '}
    <CopyButton text={text} />
  </>
);

/** `label` says what is copied where the text itself stands beside the button. */
export const CopyButton = ({ text, label = `Copy ${text}` }: { text: string; label?: string }) => (
  <button type="button" class="copy" data-copy={text} aria-label={label} />
);

export const Notice = ({
  tone = 'info',
  title,
  children,
}: PropsWithChildren<{ tone?: 'info' | 'ok' | 'warn' | 'danger'; title?: Child }>) => (
  <div class={`notice ${tone}`} role={tone === 'danger' ? 'alert' : undefined}>
    {title === undefined ? null : <h3>{title}</h3>}
    {children}
  </div>
);

/** What this place is for, why it is empty, the next step as a button (the children). */
export const Empty = ({ title, why, children }: PropsWithChildren<{ title: string; why: Child }>) => (
  <div class="empty">
    <h2>{title}</h2>
    <p>{why}</p>
    {children === undefined ? null : <div class="actions">{children}</div>}
  </div>
);

export const Card = ({
  title,
  actions,
  children,
  id,
}: PropsWithChildren<{ title: Child; actions?: Child; id?: string }>) => (
  <section class="card" id={id}>
    <header>
      <h2>{title}</h2>
      {actions}
    </header>
    {children}
  </section>
);

/** `<dl>` of facts; an empty value is a dash. */
export const Facts = ({ children }: PropsWithChildren) => <dl class="facts">{children}</dl>;

export const Fact = ({ label, wide, children }: PropsWithChildren<{ label: string; wide?: boolean }>) => (
  <div class={wide ? 'wide' : undefined}>
    <dt>{label}</dt>
    <dd>{isBlank(children) ? <span class="muted">—</span> : children}</dd>
  </div>
);

const isBlank = (child: Child): boolean =>
  Array.isArray(child)
    ? child.every(isBlank)
    : child === null || child === undefined || child === '' || child === false;

/** Errors on top of a form, with links to the fields. Empty list: nothing. */
export const FormErrors = ({ refusals }: { refusals: readonly Refusal[] }) =>
  refusals.length === 0 ? null : (
    <div class="notice danger" role="alert" tabindex={-1} data-focus>
      <h3>{refusals.length === 1 ? 'This could not be done' : 'Please correct these'}</h3>
      <ul>
        {refusals.map((refusal) => (
          <li>
            {refusal.field === undefined ? refusal.message : <a href={`#f-${refusal.field}`}>{refusal.message}</a>}
          </li>
        ))}
      </ul>
    </div>
  );

interface FieldProps {
  name: string;
  label: string;
  help?: Child;
  refusals?: readonly Refusal[] | undefined;
  wide?: boolean;
}

/** What every kind of input of a form shares: ids that labels, helps and error links point to. */
function control({ name, help, refusals = [] }: FieldProps) {
  const error = refusals.find((refusal) => refusal.field === name)?.message;
  const described = [help === undefined ? '' : `h-${name}`, error === undefined ? '' : `e-${name}`];
  const describedBy = described.filter((id) => id !== '').join(' ');
  return {
    error,
    attributes: {
      id: `f-${name}`,
      name,
      ...(describedBy === '' ? {} : { 'aria-describedby': describedBy }),
      ...(error === undefined ? {} : { 'aria-invalid': 'true' as const }),
    },
  };
}

const Frame = (props: PropsWithChildren<FieldProps>) => {
  const { error } = control(props);
  return (
    <div class={props.wide ? 'field wide' : 'field'}>
      <label for={`f-${props.name}`}>{props.label}</label>
      {props.children}
      {props.help === undefined ? null : (
        <span class="help" id={`h-${props.name}`}>
          {props.help}
        </span>
      )}
      {error === undefined ? null : (
        <span class="error" id={`e-${props.name}`}>
          {error}
        </span>
      )}
    </div>
  );
};

/** A labelled `<input>`: what was typed stays, the error stands beside it. */
export const Field = (
  props: FieldProps & {
    type?: string;
    value?: string | number | null | undefined;
    required?: boolean;
    pattern?: string | undefined;
    placeholder?: string;
    autocomplete?: string;
    inputmode?: 'text' | 'numeric' | 'decimal' | 'tel' | 'email' | 'url' | 'search' | 'none';
    min?: string | number;
    max?: string | number;
    step?: string | number;
    maxlength?: number;
    list?: string;
    accept?: string;
    autofocus?: boolean;
  },
) => (
  <Frame {...props}>
    <input
      {...control(props).attributes}
      type={props.type ?? 'text'}
      value={props.value ?? undefined}
      required={props.required}
      pattern={props.pattern}
      placeholder={props.placeholder}
      autocomplete={props.autocomplete ?? 'off'}
      inputmode={props.inputmode}
      min={props.min}
      max={props.max}
      step={props.step}
      maxlength={props.maxlength}
      list={props.list}
      accept={props.accept}
      autofocus={props.autofocus}
    />
  </Frame>
);

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean | undefined;
}

export const Select = (
  props: FieldProps & {
    value?: string | null | undefined;
    options: readonly Option[];
    required?: boolean;
    placeholder?: string;
  },
) => (
  <Frame {...props}>
    <select {...control(props).attributes} required={props.required}>
      {props.placeholder === undefined ? null : <option value="">{props.placeholder}</option>}
      {props.options.map((option) => (
        <option value={option.value} selected={option.value === props.value} disabled={option.disabled}>
          {option.label}
        </option>
      ))}
    </select>
  </Frame>
);

export const TextArea = (
  props: FieldProps & {
    value?: string | null | undefined;
    rows?: number;
    required?: boolean;
    placeholder?: string;
    maxlength?: number;
  },
) => (
  <Frame {...props}>
    <textarea
      {...control(props).attributes}
      rows={props.rows ?? 3}
      required={props.required}
      placeholder={props.placeholder}
      maxlength={props.maxlength}
    >
      {props.value ?? ''}
    </textarea>
  </Frame>
);

export const Check = ({
  name,
  label,
  help,
  checked,
  value = 'on',
}: {
  name: string;
  label: Child;
  help?: Child;
  checked?: boolean;
  value?: string;
}) => (
  <label class="check">
    <input type="checkbox" name={name} value={value} checked={checked} />
    <span>
      {label}
      {help === undefined ? null : <small class="why">{help}</small>}
    </span>
  </label>
);

/** The hidden field that every form of a signed-in page carries. */
export const Csrf = ({ token }: { token: string }) => <input type="hidden" name="_csrf" value={token} />;

/** First and next page of a list that is read by key. */
export const Pager = ({
  firstHref,
  previousHref,
  nextHref,
  said,
}: {
  firstHref?: string | null;
  previousHref?: string | null;
  nextHref?: string | null;
  said: Child;
}) => (
  <nav class="pager" aria-label="Pages">
    <span>{said}</span>
    <span class="actions">
      {firstHref ? (
        <a class="btn small" href={firstHref}>
          Newest
        </a>
      ) : null}
      {previousHref ? (
        <a class="btn small" rel="prev" href={previousHref}>
          Previous
        </a>
      ) : null}
      {nextHref ? (
        <a class="btn small" rel="next" href={nextHref}>
          Next
        </a>
      ) : null}
    </span>
  </nav>
);

/** A menu that opens without script. `label` speaks when the summary is only an icon. */
export const Menu = ({
  summary,
  label,
  children,
  class: className = 'chip',
  left = false,
}: PropsWithChildren<{ summary: Child; label?: string; class?: string; left?: boolean }>) => (
  <details class="menu">
    <summary class={className} aria-label={label}>
      {summary}
    </summary>
    <div class={left ? 'panel left' : 'panel'}>{children}</div>
  </details>
);
