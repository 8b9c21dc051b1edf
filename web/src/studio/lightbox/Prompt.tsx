import { IconButton } from '../parts/IconButton';
import { useTell } from '../parts/Toasts';

export function Prompt({ text }: { text: string }) {
  const tell = useTell();
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => tell.good('Prompt copied'),
      () => tell.bad('The browser does not let the page copy.'),
    );
  };
  return (
    <section className="prompt" aria-label="Prompt">
      <p>{text}</p>
      {/* Browsers have no clipboard for pages that are not served safely. */}
      {'clipboard' in navigator && (
        <IconButton icon="copy" label="Copy the prompt" size={18} onClick={copy} />
      )}
    </section>
  );
}
