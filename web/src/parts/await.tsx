// Something outside the page is waited for: a touch, a finger, a face.
import type { ComponentChildren, RefObject } from 'preact';
import type { Failure } from '../api';
import { has, t } from '../text';
import { clock, useSecondsLeft } from '../time';
import type { Waiting } from '../webauthn';
import { useSlow } from './button';
import { Banner, FailureText } from './error';
import { Icon, type IconName } from './icon';

// The button starts it, and stays where it is while it waits, so that the focus does.
export function Await({ icon, title, how, doing, waiting, checking, blocked = false, small = false, start, button, children }: {
	icon: IconName;
	title?: string;
	how: ComponentChildren;
	doing: string;
	waiting: Waiting;
	checking: boolean;
	blocked?: boolean;
	small?: boolean;
	start: () => void;
	button?: RefObject<HTMLButtonElement | null>;
	children: ComponentChildren;
})
{
	const left = useSecondsLeft(waiting.until);
	const slow = useSlow(checking);
	const asked = waiting.until !== null && !checking;
	return (
		<div class={asked ? 'await asked' : 'await'}>
			{(!small || asked) && <span class="ring"><Icon name={icon} /></span>}
			<div id="how">
				{title && <p><strong>{title}</strong></p>}
				<p class="muted small">{asked ? doing : how}</p>
				{asked && <p class="muted small">{t('await.until')} <span class="num">{clock(left)}</span></p>}
			</div>
			<button ref={button ?? null} type="button" class="btn primary" aria-busy={asked || checking} aria-disabled={blocked} aria-describedby="how"
				onClick={start}>{slow ? t('checking') : asked ? t('await.waiting') : children}</button>
			{asked && <button type="button" class="btn quiet" onClick={waiting.cancel}>{t('cancel')}</button>}
		</div>
	);
}

// What happened, and below it what to do.
export function KeyFailure({ failure }: { failure: Failure })
{
	const title = `key_title.${failure.code}`;
	return <Banner kind="danger" {...(has(title) ? { title: t(title) } : {})}><FailureText failure={failure} /></Banner>;
}
