import type { Child } from 'hono/jsx';
import type { Site } from '../../site.ts';
import { AsOf, Count, Field } from '../form.tsx';

interface TextFormProps {
  readonly site: Site;
  /** Kept in a hidden field; null if the form has a visible field for it. */
  readonly asOf: string | null;
  readonly completionTokens?: string;
  readonly times?: string;
  readonly typed?: string;
  readonly children: Child;
}

/** The form that posts a text. Its children are the fields that choose the models. */
export function TextForm({ site, asOf, completionTokens = '', times = '', typed = '', children }: TextFormProps) {
  const sent = { action: `${site.link('/cost')}#result`, method: 'post', enctype: 'multipart/form-data' } as const;
  return (
    <form class="filters" {...sent} aria-label="Text to count">
      {children}
      <label class="field text">
        <span>Text, or a chat as JSON messages</span>
        {/* HTML ignores the first line break of a field. */}
        <textarea name="text" rows={6} autocomplete="off">
          {`\n${typed}`}
        </textarea>
      </label>
      <Field label="or a file">
        <input type="file" name="file" />
      </Field>
      <Field label="Tokens of the answer">
        <Count name="completion_tokens" value={completionTokens} placeholder="0" />
      </Field>
      <Field label="Times">
        <Count name="times" value={times} placeholder="1" />
      </Field>
      <AsOf asOf={asOf} />
      <p class="actions">
        <button type="submit">Count and bill</button>{' '}
        <button type="submit" class="plain" formaction={site.link('/cost.json')}>
          JSON
        </button>{' '}
        <button type="submit" class="plain" formaction={site.link('/cost.csv')}>
          CSV
        </button>
      </p>
    </form>
  );
}
