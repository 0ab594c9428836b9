// A word about what has just happened, with Undo where there is one. Never the only place of an error.
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../text';
import { Icon } from '../../parts/icon';

interface Toast { text: string; undo?: (() => void) | undefined }

const LIFE_MS = 8000;

let show: (toast: Toast) => void = () => undefined;

export function toast(text: string, undo?: () => void): void
{
	show({ text, undo });
}

export function Toasts()
{
	const [now, set] = useState<Toast | null>(null);
	const timer = useRef(0);
	const wait = () => {
		clearTimeout(timer.current);
		timer.current = window.setTimeout(() => set(null), LIFE_MS);
	};
	useEffect(() => {
		show = (toast) => {
			set(toast);
			wait();
		};
		return () => clearTimeout(timer.current);
	}, []);
	const pause = () => clearTimeout(timer.current);
	return (
		<div class="toasts" role="status" onPointerEnter={pause} onPointerLeave={wait} onFocusIn={pause} onFocusOut={wait}>
			{now && (
				<p class="toast"><Icon name="check" /><span>{now.text}</span>
					{now.undo && (
						<button type="button" class="link" onClick={() => {
							now.undo?.();
							set(null);
						}}>{t('undo')}</button>
					)}
				</p>
			)}
		</div>
	);
}
