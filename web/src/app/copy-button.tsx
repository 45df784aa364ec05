import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { IconButton } from './icon-button.tsx';
import { toast } from './toasts.tsx';

export function CopyButton({ text, label, size = 28 }: { text: string; label: string; size?: number }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      label={copied ? 'Copied' : label}
      size={size}
      onClick={() => {
        void copyText(text).then(setCopied);
      }}
    >
      {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
    </IconButton>
  );
}

/** Puts text on the clipboard. Over plain HTTP browsers offer no clipboard API, so a hidden field is copied from. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Not permitted: the other way may be.
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'sk-hidden';
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (!done) toast('The browser did not allow copying.', { tone: 'failure' });
  return done;
}
