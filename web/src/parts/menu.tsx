// A button that opens a list of actions: the "menu" pattern of the ARIA practices.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icon';

export interface Action { label: string; icon?: IconName; danger?: boolean; act: () => void }

// `words` stand in the button; without them its icon does alone.
export function Menu({ label, words, actions, icon = 'more' }: { label: string; words?: string; actions: Action[]; icon?: IconName })
{
	const [open, setOpen] = useState(false);
	const root = useRef<HTMLDivElement>(null);
	const opener = useRef<HTMLButtonElement>(null);
	const items = () => [...root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []];

	useLayoutEffect(() => {
		if (!open)
			return undefined;
		items()[0]?.focus();
		const leave = (e: Event) => {
			if (!root.current?.contains(e.target as Node))
				setOpen(false);
		};
		document.addEventListener('pointerdown', leave);
		document.addEventListener('focusin', leave);
		return () => {
			document.removeEventListener('pointerdown', leave);
			document.removeEventListener('focusin', leave);
		};
	}, [open]);

	const close = () => {
		opener.current?.focus();
		setOpen(false);
	};
	const onKey = (e: KeyboardEvent) => {
		const all = items();
		const at = all.indexOf(document.activeElement as HTMLElement);
		const go: Record<string, number> = { ArrowDown: (at + 1) % all.length, ArrowUp: (at + all.length - 1) % all.length, Home: 0, End: all.length - 1 };
		if (e.key === 'Escape')
			close();
		else if (e.key in go)
			all[go[e.key] ?? 0]?.focus();
		else
			return;
		e.preventDefault();
	};
	return (
		<div class="pop" ref={root}>
			<button ref={opener} type="button" class={words ? 'btn' : 'btn icon'} aria-haspopup="menu" aria-expanded={open} aria-label={label}
				onClick={() => setOpen(!open)} onKeyDown={(e) => {
					if (e.key === 'ArrowDown' && !open) {
						e.preventDefault();
						setOpen(true);
					}
				}}>
				<Icon name={icon} />{words && <>{words} <Icon name="down" /></>}
			</button>
			{open && (
				<div class="menu acts" role="menu" aria-label={label} onKeyDown={onKey}>
					{actions.map((a) => (
						<button key={a.label} type="button" role="menuitem" tabIndex={-1} class={a.danger ? 'danger' : ''} onClick={() => {
							close();
							a.act();
						}}>{a.icon && <Icon name={a.icon} />}{a.label}</button>
					))}
				</div>
			)}
		</div>
	);
}
