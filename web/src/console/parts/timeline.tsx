// Steps of something that takes days. The state of each is a word, too.
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from '../../parts/icon';
import { t } from '../text';

export interface Step { state: 'done' | 'now' | 'next' | 'stopped'; title: ComponentChildren; about?: ComponentChildren }

const ICONS: Record<Step['state'], IconName> = { done: 'check', now: 'clock', next: 'right', stopped: 'x' };
const WORDS = { done: 'timeline.done', now: 'timeline.now', next: 'timeline.next', stopped: 'timeline.stopped' } as const;

export function Timeline({ steps }: { steps: Step[] })
{
	return (
		<ol class="timeline">{steps.map((s, i) => (
			<li key={i} class={s.state} {...(s.state === 'now' ? { 'aria-current': 'step' as const } : {})}>
				<span class="dot"><Icon name={ICONS[s.state]} /></span>
				<p class="t"><span class="vh">{t(WORDS[s.state])} </span>{s.title}</p>
				{s.about && <p class="d">{s.about}</p>}
			</li>
		))}</ol>
	);
}
