import type { ProductSuggestion } from '../../core/queries/suggest-products.ts';
import { countText, queryText } from '../views/format.ts';

/** What the platform says of the product that is to be bound: suggestions come from it. */
export interface Wanted {
  readonly platformSku: string | null;
  readonly platformName: string | null;
  readonly platformBarcode: string | null;
}

const whyOffered: Readonly<Record<ProductSuggestion['match'], string>> = {
  sku: 'same code',
  barcode: 'same barcode',
  similar: '',
};

/**
 * A search box over warehouse SKUs with ranked suggestions under it. `name` is the form's name for the chosen product;
 * its quantity is `<name>.quantity`. Works without script: the first suggestions are there, and a typed code or barcode
 * (`<name>.text`) counts where nothing is chosen.
 */
export const ProductPicker = ({
  name,
  label,
  wanted,
  suggestions,
  chosen,
  quantity = 1,
  preselect = false,
  isFurther = false,
  text = '',
}: {
  name: string;
  label: string;
  wanted: Wanted;
  suggestions: readonly ProductSuggestion[];
  chosen?: string | undefined;
  quantity?: number | undefined;
  /** Choose a suggestion that is certain by its code or barcode. */
  preselect?: boolean;
  /** One more part of a bundle: may stay empty, and shows nothing before something is typed. */
  isFurther?: boolean;
  /** What was typed, when the form comes back. */
  text?: string | undefined;
}) => {
  const sure = preselect ? suggestions.find((one) => one.match !== 'similar')?.productId : undefined;
  const address = `/fragments/products${queryText({
    name,
    sku: wanted.platformSku,
    title: wanted.platformName,
    barcode: wanted.platformBarcode,
  })}`;
  return (
    <fieldset class="picker">
      <legend class="sr">{label}</legend>
      <div class="picker-head">
        <input
          class="input"
          type="search"
          name={`${name}.text`}
          value={text}
          aria-label={`Search a warehouse SKU for ${label}`}
          placeholder="Search warehouse SKU, name, barcode"
          autocomplete="off"
          hx-get={address}
          hx-trigger="input changed delay:200ms, search"
          hx-target="next .picks"
          hx-sync="this:replace"
        />
        <label class="times">
          ×{' '}
          <input
            class="input"
            type="number"
            name={`${name}.quantity`}
            value={quantity}
            min={1}
            max={1_000_000}
            required
            aria-label={`Warehouse units for one ${label}`}
          />
        </label>
      </div>
      <div class="picks" aria-live="polite">
        {isFurther && suggestions.length === 0 ? (
          <p class="why">Type to search. Leave empty for no further part.</p>
        ) : (
          <Suggestions name={name} suggestions={suggestions} chosen={chosen ?? sure} />
        )}
      </div>
    </fieldset>
  );
};

/** The suggestions of one picker; the search box draws them again. */
export const Suggestions = ({
  name,
  suggestions,
  chosen,
}: {
  name: string;
  suggestions: readonly ProductSuggestion[];
  chosen?: string | undefined;
}) =>
  suggestions.length === 0 ? (
    <p class="why">No warehouse SKU matches. Add it under Settings, or search for a part of its name.</p>
  ) : (
    <>
      {suggestions.map((product) => (
        <label class="pick-row">
          <input type="radio" name={name} value={product.productId} checked={product.productId === chosen} />
          <span>
            <b>{product.sku}</b> {product.name}
          </span>
          <small>
            {[whyOffered[product.match], `${countText(product.available)} available`]
              .filter((word) => word !== '')
              .join(' · ')}
          </small>
        </label>
      ))}
    </>
  );
