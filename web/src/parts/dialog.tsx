// A question in front of the page. Esc and a click beside it are the safe answer.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

// The focus goes to what is marked data-first, else to what is marked data-safe; afterwards to
// what opened it, or to the page's heading when that is gone.
export function Dialog({ title, wide = false, onClose, children }: {
	title: string;
	wide?: boolean;
	onClose: () => void;
	children: ComponentChildren;
})
{
	const ref = useRef<HTMLDialogElement>(null);
	const id = useId();
	useLayoutEffect(() => {
		const opener = document.activeElement;
		const dialog = ref.current;
		dialog?.showModal();
		(dialog?.querySelector<HTMLElement>('[data-first]') ?? dialog?.querySelector<HTMLElement>('[data-safe]'))?.focus();
		return () => {
			dialog?.close();
			const to = opener instanceof HTMLElement && opener.isConnected ? opener : document.querySelector<HTMLElement>('h1');
			to?.focus();
		};
	}, []);
	return (
		<dialog ref={ref} class={wide ? 'dlg wide' : 'dlg'} aria-labelledby={id}
			onCancel={(e) => { e.preventDefault(); onClose(); }}
			onPointerDown={(e) => e.target === ref.current && onClose()}>
			<div class="in stack"><h2 id={id}>{title}</h2>{children}</div>
		</dialog>
	);
}
