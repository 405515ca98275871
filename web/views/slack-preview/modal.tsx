import type { PreviewPlace, PreviewView } from '../../../core/ports/slack-preview.ts';
import { Icon } from '../icons.tsx';
import { Blocks } from './blocks.tsx';
import { labelOf, listOf } from './json.ts';
import type { Reading } from './mrkdwn.tsx';
import { placeHref } from './place.ts';
import { PlaceForm } from './place-form.tsx';

interface ModalProps {
  readonly modal: PreviewView;
  readonly place: PreviewPlace;
  readonly reading: Reading;
  readonly csrf: string;
}

/** The view on top of the stack, inside the dialog of the page. */
export const Modal = ({ modal, place, reading, csrf }: ModalProps) => {
  const { view } = modal;
  const title = labelOf(view.title);
  const submit = labelOf(view.submit);
  const isStacked = modal.depth > 0;
  const drawing = {
    reading,
    id: modal.id,
    typed: modal.typed,
    offered: modal.offered,
    errors: modal.errors,
    searchHref: placeHref(place, '/options', { view: modal.id }),
  };
  const closing = `close-${modal.id}`;
  const wrong = Object.keys(modal.errors).length;
  return (
    <>
      <PlaceForm action="/slack-preview/form" place={place} csrf={csrf} hidden={{ view: modal.id }} id={closing} />
      <div class="sp-modal-head">
        {isStacked ? (
          <button class="btn ghost" type="submit" form={closing} name="do" value="close" aria-label="Back">
            <Icon name="left" />
          </button>
        ) : null}
        <h2 id="sp-title" tabindex={-1}>
          {title}
        </h2>
        <button
          class="btn ghost"
          type="submit"
          form={closing}
          name="do"
          value="close-all"
          aria-label="Close"
          data-close-all=""
        >
          <Icon name="close" />
        </button>
      </div>
      <PlaceForm
        action="/slack-preview/form"
        place={place}
        csrf={csrf}
        hidden={{ view: modal.id }}
        class="sp-modal-form"
        withFiles
      >
        {submit === '' ? null : (
          // Enter in a field submits the form, whatever buttons stand above its end.
          <button type="submit" name="do" value="submit" hidden>
            {submit}
          </button>
        )}
        <div class="sp-modal-body sp-stack">
          {modal.problem === null ? null : (
            <p class="notice danger" role="alert">
              {modal.problem}
            </p>
          )}
          {wrong === 0 ? null : (
            <p class="sr" role="alert">
              {wrong === 1 ? 'One field needs a correction.' : `${wrong} fields need a correction.`}
            </p>
          )}
          <Blocks blocks={listOf(view.blocks)} drawing={drawing} />
        </div>
        <div class="sp-modal-foot actions">
          <button class="btn" type="submit" form={closing} name="do" value="close">
            {labelOf(view.close) || (isStacked ? 'Back' : 'Close')}
          </button>
          {submit === '' ? null : (
            <button class="btn go" type="submit" name="do" value="submit">
              {submit}
            </button>
          )}
        </div>
      </PlaceForm>
    </>
  );
};
